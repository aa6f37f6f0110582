"""Cued matchups: drawn, edited, approved, and dealt as variants of one group."""

from collections import Counter

import pytest

from annotations.models import Comparison
from tests.services import desk
from vibes.models import Arm, Edit, Generation, Matchup, Study
from vibes.queries import unblinded
from vibes.services import edits, pairing, planting
from vibes.services.edits import NotApproved
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db

TEXT = "It depends on the weather ☀️, number {n}. Take a coat with you, and ask somebody who lives there."


def cued(*plans: CuePlan, prompts: int = 4, text: str = TEXT, **plan: object) -> Study:
    """A study with cues whose answers are here."""
    study = desk.study(prompt_count=prompts, cues=list(plans), **plan)
    for generation in Generation.objects.select_related("endpoint"):
        generation.state = Generation.State.DONE
        generation.text = f"{generation.endpoint.pk}: {text.format(n=generation.prompt_id)}"
        generation.save()
    pairing.assemble(study=study)
    return study


def approve_all(study: Study) -> None:
    for edit in Edit.objects.filter(cue__study=study, state=Edit.State.PROPOSED):
        edits.approve(by=desk.lead(), edit=edit)
    planting.settle(study=study)


PLAIN = CuePlan("emoji_removed", 1.0)


def test_nothing_of_a_cued_matchup_is_dealt_before_both_edits_are_approved() -> None:
    study = cued(PLAIN, prompts=1)
    first, second = Edit.objects.order_by("pk")
    assert Matchup.objects.get().cue_id == first.cue_id
    assert not Comparison.objects.exists()
    edits.approve(by=desk.lead(), edit=first)
    planting.settle(study=study)
    assert not Comparison.objects.exists()
    edits.approve(by=desk.lead(), edit=second)
    planting.settle(study=study)
    planting.settle(study=study)
    assert Comparison.objects.count() == 3


def test_the_variants_are_one_group_with_one_edit_each() -> None:
    study = cued(PLAIN, prompts=1)
    approve_all(study)
    arms = list(Arm.objects.select_related("comparison", "edit").order_by("comparison__cell"))
    assert [(arm.cue_on, arm.comparison.wanted) for arm in arms] == [("", 1), ("a", 3), ("b", 3)]
    assert len({arm.comparison.group for arm in arms}) == 1
    for arm in arms:
        for side, turns in (("a", arm.comparison.side_a), ("b", arm.comparison.side_b)):
            assert ("☀" not in turns[-1]["text"]) == (arm.cue_on == side)


def test_three_two_two() -> None:
    study = cued(PLAIN, prompts=1, unplanted=3, planted=2)
    approve_all(study)
    assert sorted(Comparison.objects.values_list("cell", "wanted")) == [(0, 3), (1, 2), (2, 2)]


def test_a_dropped_edit_leaves_an_ordinary_pair() -> None:
    study = cued(PLAIN, prompts=1)
    first, second = Edit.objects.order_by("pk")
    edits.drop(by=desk.lead(), edit=first)
    edits.approve(by=desk.lead(), edit=second)
    planting.settle(study=study)
    comparison = Comparison.objects.get()
    assert comparison.wanted == study.protocol.overlap
    assert Matchup.objects.get().cue is None
    assert Arm.objects.get().cue_on == ""


def test_what_no_rule_can_edit_is_an_ordinary_pair_at_once() -> None:
    cued(PLAIN, prompts=2, text="Plain words alone, number {n}.")
    assert Comparison.objects.count() == 2
    assert set(Edit.objects.values_list("state", flat=True)) == {Edit.State.IMPOSSIBLE}


@pytest.mark.slow
def test_shares_are_drawn_from_the_seed() -> None:
    study = cued(CuePlan("emoji_removed", 0.4), CuePlan("praise_added", 0.3), prompts=100)
    drawn = Counter(name or "" for name in study.matchups.values_list("cue__name", flat=True))
    # Binomial(100, 0.4), (100, 0.3), (100, 0.3): each bound is passed once in a million.
    assert 17 <= drawn["emoji_removed"] <= 64
    assert 9 <= drawn["praise_added"] <= 54
    assert 9 <= drawn[""] <= 54
    cues = list(study.cues.all())
    for row in study.matchups.select_related("generation_a", "generation_b"):
        again = planting.draw(study, cues, row.generation_a, row.generation_b)
        assert (again.pk if again else None) == row.cue_id


@pytest.mark.slow
def test_an_answer_against_its_own_edit() -> None:
    study = cued(CuePlan("emoji_removed", 1.0, "pair"), prompts=30)
    assert Comparison.objects.count() == 30, "the answers meet each other as well"
    approve_all(study)
    arms = Arm.objects.exclude(cue_on="").select_related("comparison", "matchup__cue", "edit")
    assert len(arms) == 60
    for arm in arms:
        shown = {"a": arm.comparison.side_a, "b": arm.comparison.side_b}
        other = "b" if arm.cue_on == "a" else "a"
        assert arm.edit is not None
        assert shown[arm.cue_on][-1]["text"] == arm.edit.text
        assert shown[other][-1]["text"] == arm.edit.generation.text
        assert arm.matchup.cue is not None and arm.matchup.cue.label == "emoji_removed_pair"
    # Binomial(60, ½).
    assert 13 <= sum(arm.cue_on == "a" for arm in arms) <= 47


def test_one_answer_is_read_once_however_many_it_meets() -> None:
    study = desk.study(prompt_count=1, characters=desk.CHARACTERS, cues=[PLAIN])
    for generation in Generation.objects.all():
        generation.state, generation.text = (
            Generation.State.DONE,
            f"Take {generation.pk} of them with you ☀️ when you go.",
        )
        generation.save()
    pairing.assemble(study=study)
    assert (Matchup.objects.count(), Edit.objects.count()) == (6, 4)


@pytest.mark.slow
def test_the_frame_says_which_cue_and_on_which_side() -> None:
    study = cued(PLAIN, prompts=3)
    approve_all(study)
    desk.simulate(study, size=8, each=3)
    rows = list(unblinded.rows(study, kinds=["simulated"]))
    assert {row["cue"] for row in rows} == {"emoji_removed"}
    for row in rows:
        for side in ("a", "b"):
            assert ("☀" not in str(row[f"text_{side}"])) == (row["cue_on"] == side)


def test_a_study_without_cues_has_no_such_columns() -> None:
    study = cued(prompts=2)
    desk.simulate(study, size=2, each=2)
    assert "cue" not in next(unblinded.rows(study, kinds=["simulated"]))


def test_a_new_version_keeps_the_key() -> None:
    from dataclasses import replace

    from annotations.asked import Asked
    from vibes.services import versions

    study = cued(PLAIN, prompts=2)
    approve_all(study)
    desk.simulate(study, size=1, each=1)
    asked = Asked.of(study.protocol)
    changed = versions.change(by=desk.lead(), study=study, asked=replace(asked, title="Another title"))
    assert changed is not None and changed.beside
    new = Arm.objects.filter(comparison__protocol=changed.version.protocol)
    assert Counter(new.values_list("cue_on", flat=True)) == {"": 2, "a": 2, "b": 2}
    assert not new.filter(cue_on="", edit__isnull=False).exists()


def test_deciding_twice_changes_nothing() -> None:
    cued(PLAIN, prompts=1)
    edit = Edit.objects.order_by("pk")[0]
    edits.approve(by=desk.lead(), edit=edit)
    for verb in (edits.approve, edits.drop, edits.redo):
        with pytest.raises(NotApproved, match="approved already"):
            verb(by=desk.lead(), edit=edit)


def test_redone_edits_stay_and_one_stands() -> None:
    study = cued(CuePlan("praise_added", 1.0), prompts=1)
    first = Edit.objects.order_by("pk")[0]
    again = edits.redo(by=desk.lead(), edit=first)
    first.refresh_from_db()
    assert (first.state, again.state, again.number) == ("redone", "proposed", 2)
    assert edits.propose(cue=study.cues.get(), answer=first.generation) == again


def test_an_edit_that_the_check_finds_wrong_is_never_approved() -> None:
    cued(PLAIN, prompts=1)
    edit = Edit.objects.order_by("pk")[0]
    Edit.objects.filter(pk=edit.pk).update(text=f"{edit.text} " * 3)
    with pytest.raises(NotApproved, match="drop it"):
        edits.approve(by=desk.lead(), edit=edit)
    edit.refresh_from_db()
    assert edit.state == Edit.State.PROPOSED


@pytest.mark.slow
def test_the_rest_is_approved_only_after_a_good_sample() -> None:
    study = cued(PLAIN, prompts=20)
    cue = study.cues.get()
    with pytest.raises(NotApproved, match="Read the first 10"):
        edits.approve_rest(by=desk.lead(), cue=cue)
    sample = list(edits.readable(cue)[: edits.SAMPLE])
    for edit in sample[:9]:
        edits.approve(by=desk.lead(), edit=edit)
    edits.drop(by=desk.lead(), edit=sample[9])
    rest = edits.approve_rest(by=desk.lead(), cue=cue)
    assert len(rest) == 30
    assert all(edit.in_bulk for edit in rest)
    planting.settle(study=study)
    assert Comparison.objects.count() == 19 * 3 + 1


def test_a_bad_sample_ends_bulk_approval() -> None:
    study = cued(PLAIN, prompts=20)
    cue = study.cues.get()
    for nth, edit in enumerate(edits.readable(cue)[: edits.SAMPLE]):
        (edits.drop if nth < 2 else edits.approve)(by=desk.lead(), edit=edit)
    with pytest.raises(NotApproved, match="Of 10 that were read 8 were approved"):
        edits.approve_rest(by=desk.lead(), cue=cue)

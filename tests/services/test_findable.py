"""What comparisons are looked for by: made once, and following every judgement, retraction, exclusion and version."""

from dataclasses import replace

import pytest

from annotations.asked import Asked
from annotations.models import Assignment, Comparison, Judgement, Rater
from annotations.rubrics import PRESETS
from annotations.services import dealing, judgements, standing
from annotations.services.details import Details
from tests.services import desk
from tests.services.test_planting import PLAIN, approve_all, cued
from tests.views import rated
from vibes.models import Arm, FindableComparison, FindableStudy, Study
from vibes.queries.finding_facts import fact
from vibes.services import findable, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    made = desk.study(prompt_count=4, rubric=PRESETS["sycophancy"])
    rated.answer_all(made)
    return made


def refreshed(study: Study) -> int:
    return findable.refresh(study=study)


def rows(study: Study) -> list[dict[str, object]]:
    return list(FindableComparison.objects.filter(study=study).order_by("pk").values())


def holds(study: Study, name: str, value: object = "") -> int:
    """How many comparisons have this fact."""
    word = f" {fact(study.pk, name, value)} "
    return FindableComparison.objects.filter(study=study, facts__contains=word).count()


def made_anew(study: Study) -> list[dict[str, object]]:
    """As if nothing had been there before."""
    FindableStudy.objects.all().delete()
    refreshed(study)
    return rows(study)


def vote(study: Study, verdict: str, count: int = 4) -> Rater:
    """A person who says this of so many, in the comparisons' own sides."""
    session = rated.person(study)
    for _ in range(count):
        assignment = dealing.deal_next(session=session)
        assert assignment
        clicked = "a" if verdict == assignment.left else "b" if verdict in ("a", "b") else verdict
        rated.judge(assignment, clicked)
    return session.rater


def test_each_comparison_is_there_once_with_its_words_and_its_key(study: Study) -> None:
    assert refreshed(study) == 4
    assert FindableComparison.objects.count() == 4 == study.findable.comparisons
    first = FindableComparison.objects.order_by("pk")[0]
    words = first.words
    assert words.startswith(" question 0 an answer of model ")
    arm = Arm.objects.get(comparison=first.pk)
    for generation in (arm.matchup.generation_a, arm.matchup.generation_b):
        assert f" {fact(study.pk, 'on', generation.endpoint_id)} " in first.facts
    assert holds(study, "class", "advice") == 2 and holds(study, "side") == 4 == holds(study, "cue")
    assert holds(study, "person.judged", "no") == 4


def test_a_second_look_finds_nothing_to_do(study: Study) -> None:
    vote(study, "a")
    refreshed(study)
    before = rows(study)
    Judgement.objects.update(created_at="2020-01-01T00:00Z")
    assert refreshed(study) == 0
    assert rows(study) == before == made_anew(study)


def test_votes_are_followed_and_a_vote_taken_back_is_none(study: Study) -> None:
    refreshed(study)
    rater = vote(study, "a")
    refreshed(study)
    assert holds(study, "person.said", "a") == 4
    assert {row["votes"]["person"]["a"] for row in rows(study)} == {1}
    last = rater.assignments.order_by("-place")[0]
    judgements.retract(assignment=last, rater=rater, key="back")
    refreshed(study)
    assert holds(study, "person.said", "a") == 3 and holds(study, "person.judged", "no") == 1
    assert rows(study) == made_anew(study)


def test_those_of_an_excluded_rater_do_not_count_until_they_are_readmitted(study: Study) -> None:
    vote(study, "a")
    other = vote(study, "b", 2)
    refreshed(study)
    assert holds(study, "person.apart", "sides") == 2
    agreed = rows(study)
    standing.exclude(by=desk.lead(), rater=other, reason="asleep")
    refreshed(study)
    assert holds(study, "person.apart", "sides") == 0 == holds(study, "person.said", "b")
    standing.readmit(by=desk.lead(), rater=other, reason="awake")
    refreshed(study)
    assert rows(study) == agreed == made_anew(study)


def test_in_small_steps_it_ends_where_one_step_does(study: Study, monkeypatch) -> None:
    vote(study, "a")
    vote(study, "tie", 3)
    at_once = made_anew(study)
    monkeypatch.setattr(findable, "PAGE", 1)
    FindableStudy.objects.all().delete()
    while FindableStudy.objects.filter(study=study, judgements_upto=last()).count() == 0:
        assert findable.refresh(study=study, most=1)
    refreshed(study)
    assert rows(study) == at_once


def last() -> int:
    return Judgement.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_a_judgement_that_appears_below_the_last_one_read_is_not_lost(study: Study) -> None:
    """As where its transaction took longer than the one that got the next id."""
    vote(study, "a")
    refreshed(study)
    lost = FindableComparison.objects.order_by("pk")[1]
    FindableComparison.objects.filter(pk=lost.pk).update(facts=" ", votes={})
    refreshed(study)
    assert holds(study, "person.said", "a") == 4


def test_a_comparison_that_was_missed_is_found_once_all_is_quiet(study: Study) -> None:
    refreshed(study)
    whole = rows(study)
    FindableComparison.objects.filter(pk=whole[0]["comparison_id"]).delete()
    FindableStudy.objects.update(comparisons=3)
    Comparison.objects.update(created_at="2020-01-01T00:00Z")
    assert refreshed(study) == 1 and rows(study) == whole
    assert refreshed(study) == 0 == refreshed(study)
    assert FindableStudy.objects.get().settled


def test_winners_have_names_and_traits(study: Study) -> None:
    for comparison in Comparison.objects.all():
        comparison.side_b[0]["text"] = "- one\n- two\n\n**three** and many more words than the other side has"
        comparison.save()
    vote(study, "b")
    refreshed(study)
    assert holds(study, "person.longer", "won") == 4 == holds(study, "person.formatted", "won")
    assert holds(study, "person.longer", "lost") == 0
    for arm in Arm.objects.all():
        row = FindableComparison.objects.get(pk=arm.comparison_id)
        winner, loser = arm.matchup.generation_b.endpoint_id, arm.matchup.generation_a.endpoint_id
        assert f" {fact(study.pk, 'person.won', winner)} " in row.facts
        assert f" {fact(study.pk, 'person.lost', loser)} " in row.facts
        assert (row.longer, row.formatted) == ("b", "b")


def test_flags_and_kinds_of_rater_stand_apart(study: Study) -> None:
    rater = vote(study, "a", 1)
    assignment = rater.assignments.get(state=Assignment.State.JUDGED)
    judgements.add_details(
        assignment=assignment, rater=rater, details=Details(flags={"right": ["incorrect"]}), key="said"
    )
    desk.simulate(study, size=2, each=4)
    refreshed(study)
    assert holds(study, "person.flag", "incorrect") == 1 and holds(study, "simulated.flag", "incorrect") == 0
    assert holds(study, "simulated.judged", "yes") == 4 and holds(study, "person.judged", "yes") == 1


def test_a_cue_and_its_side_can_be_looked_for() -> None:
    made = cued(PLAIN, prompts=2)
    approve_all(made)
    refreshed(made)
    assert [holds(made, "side", side) for side in ("", "a", "b")] == [2, 2, 2]
    assert holds(made, "cue", "emoji_removed") == 6


def test_a_new_version_begins_anew(study: Study) -> None:
    vote(study, "a")
    refreshed(study)
    asked = replace(Asked.of(study.protocol), rubric=PRESETS["five"])
    assert versions.change(by=desk.lead(), study=study, asked=asked)
    study.refresh_from_db()
    refreshed(study)
    assert holds(study, "person.said", "a") == 0 and FindableComparison.objects.count() == 4
    own = set(Comparison.objects.filter(protocol=study.protocol).values_list("pk", flat=True))
    assert {row["comparison_id"] for row in rows(study)} == own


def test_what_is_being_written_waits_until_it_is_here(study: Study) -> None:
    live = Comparison.objects.order_by("pk")[1]
    Comparison.objects.filter(pk=live.pk).update(writing="live")
    refreshed(study)
    assert FindableComparison.objects.count() == 3
    Comparison.objects.filter(pk=live.pk).update(writing="")
    refreshed(study)
    assert FindableComparison.objects.count() == 4 and rows(study) == made_anew(study)


def test_hostile_texts_are_stored_and_found_by_their_words(study: Study) -> None:
    first = Comparison.objects.order_by("pk")[0]
    first.side_a[0]["text"] = "x" * 70_000 + " " + "\u202e'); DROP TABLE 天気" + "é" * 3_000
    first.side_b[0]["text"] = " ".join(f"w{n:x}" for n in range(40_000))
    first.save()
    assert refreshed(study) == 4
    assert len(FindableComparison.objects.get(pk=first.pk).words) < 100_000


def test_the_sweep_reads_every_study(study: Study) -> None:
    vote(study, "a")
    assert findable.sweep() > 4
    assert holds(study, "person.said", "a") == 4

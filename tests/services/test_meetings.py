"""Which samples meet, whose sample speaks, and what stands on the sides where the user goes on."""

import itertools
from collections import Counter, defaultdict

import pytest

from annotations.models import Comparison
from tests.services import conversations, desk
from vibes.models import Generation, Matchup, Study
from vibes.queries import studies as read
from vibes.services import pairing, studies

pytestmark = pytest.mark.django_db


def study(*, prompts: list | None = None, characters: tuple[str, ...] = ("plain", "slips"), **plan) -> Study:
    chosen = prompts or list(desk.prompt_set(1).prompts.all())
    endpoints = [desk.endpoint(character) for character in characters]
    return studies.create(
        by=desk.lead(), plan=studies.Plan(name="A study", prompts=chosen, endpoints=endpoints, **plan), seed=5
    )


def say(made: Study, character: str, *answers: str) -> None:
    """An endpoint's samples in their order: a text is an answer, an empty one a failure."""
    rows = made.generations.filter(endpoint__model=f"scripted-{character}").order_by("sample", "prompt")
    for row, text in zip(rows, answers, strict=True):
        Generation.objects.filter(pk=row.pk).update(state="done" if text else "failed", text=text)


def meetings() -> list[tuple[str, str]]:
    """The texts that meet, plain's first."""
    found = Matchup.objects.order_by("pk").select_related("generation_a__endpoint", "generation_b__endpoint")
    pairs = [(m.generation_a, m.generation_b) for m in found]
    ordered = [sorted(pair, key=lambda g: g.endpoint.name) for pair in pairs]
    return [(first.text, second.text) for first, second in ordered]


def assemble(made: Study) -> int:
    """What is new; the page's count is told without it."""
    found = pairing.assemble(study=made)
    assert read.pairs(made) == made.matchups.count()
    return found


def test_each_sample_meets_those_of_its_number() -> None:
    made = study(samples=3)
    say(made, "plain", "p0", "p1", "p2")
    say(made, "slips", "s0", "", "s2")
    assert assemble(made) == 2
    assert meetings() == [("p0", "s0"), ("p2", "s2")]
    assert assemble(made) == 0


def test_a_fresh_draw_meets_itself_only() -> None:
    first = study()
    say(first, "plain", "old")
    say(first, "slips", "old too")
    plan = studies.Plan(
        name="Fresh", prompts=list(first.prompts.all()), endpoints=list(first.endpoints.all()), fresh=True
    )
    fresh = studies.create(by=desk.lead(), plan=plan)
    assert fresh.matchups.count() == 0
    say(fresh, "plain", "new")
    say(fresh, "slips", "new too")
    assemble(fresh)
    assert meetings() == [("new", "new too")]


def test_the_most_common_answer_speaks_once_no_sample_may_come_any_more() -> None:
    made = study(samples=3, selection="majority")
    say(made, "plain", "It is 4.", "It is 5.", "Answer: 5")
    assert assemble(made) == 0
    say(made, "slips", "7", "", "8")
    Generation.objects.filter(text="8").update(state="running")
    assert assemble(made) == 0
    Generation.objects.filter(text="8").update(state="failed")
    assert assemble(made) == 1
    assert meetings() == [("It is 5.", "7")]


def test_best_of_n_speaks_by_the_answer_key() -> None:
    made = study(samples=3, selection="best")
    made.prompts.update(answer_key="5")
    say(made, "plain", "It is 4.", "It is 5.", "Answer: 5")
    say(made, "slips", "7", "8", "8")
    assert assemble(made) == 1
    assert meetings() == [("It is 5.", "7")]


def test_who_spoke_once_speaks_on() -> None:
    made = study(samples=3, selection="majority", characters=("plain", "slips", "formatted"))
    say(made, "plain", "It is 4.", "It is 5.", "Answer: 5")
    say(made, "slips", "7", "", "")
    assert assemble(made) == 1
    say(made, "slips", "7", "8", "Answer: 8")
    say(made, "formatted", "9", "9", "9")
    assert assemble(made) == 2
    assert ("9", "7") in meetings()
    assert not any("8" in pair for pair in meetings())


def test_the_failure_of_a_last_sample_lets_the_others_speak() -> None:
    made = study(samples=3, selection="majority")
    say(made, "plain", "1", "1", "2")
    say(made, "slips", "3", "3", "")
    failed = made.generations.get(state="failed")
    assert pairing.assemble_for(generations=[failed.pk]) == 1
    assert meetings() == [("1", "3")]


def test_new_answers_are_paired_in_every_study_and_for_their_prompts_only() -> None:
    prompts = list(desk.prompt_set(2).prompts.all())
    first = study(prompts=prompts)
    plan = studies.Plan(name="Too", prompts=prompts, endpoints=list(first.endpoints.all()))
    second = studies.create(by=desk.lead(), plan=plan)
    Generation.objects.update(state="done", text="yes")
    some = first.generations.filter(prompt=prompts[1])
    assert pairing.assemble_for(generations=[row.pk for row in some]) == 2
    assert (
        [m.prompt for m in first.matchups.all()] == [m.prompt for m in second.matchups.all()] == [prompts[1]]
    )


def test_all_that_follows_the_first_open_turn_stands_on_the_sides() -> None:
    made = study(prompts=conversations.pushed())
    for row in made.generations.select_related("endpoint", "prompt"):
        name = row.endpoint.model
        conversations.answer(row, f"{name}: Canberra.", f"{name}: Sydney, sorry.")
    assert assemble(made) == 1
    comparison = Comparison.objects.get()
    asked, push = conversations.PUSHED
    assert comparison.prefix == [{"role": "user", "text": asked, "thoughts": ""}]
    for side in (comparison.side_a, comparison.side_b):
        assert [turn["role"] for turn in side] == ["assistant", "user", "assistant"]
        assert side[1] == {"role": "user", "text": push, "thoughts": ""}
        assert side[2]["thoughts"] == f"thoughts of {side[2]['text']}"
    first, second = ([turn["text"] for turn in side] for side in (comparison.side_a, comparison.side_b))
    assert {first[0], second[0]} == {"scripted-plain: Canberra.", "scripted-slips: Canberra."}


FIVE = ("one", "two", "three", "four", "five")


def ringed(prompts: int = 4, characters: tuple[str, ...] = FIVE, **plan) -> Study:
    chosen = list(desk.prompt_set(prompts).prompts.all())
    return study(prompts=chosen, characters=characters, pairing="ring", **plan)


def neighbours(made: Study) -> dict[int, list[frozenset[int]]]:
    """The pairs of endpoints that met, by prompt."""
    found: dict[int, list[frozenset[int]]] = defaultdict(list)
    for matchup in made.matchups.select_related("generation_a", "generation_b"):
        both = (matchup.generation_a.endpoint_id, matchup.generation_b.endpoint_id)
        found[matchup.prompt_id].append(frozenset(both))
    return found


def test_on_a_ring_each_meets_two_others_and_other_prompts_have_other_rings() -> None:
    made = ringed()
    made.generations.update(state="done", text="yes")
    assert assemble(made) == 4 * 5
    rings = neighbours(made)
    for pairs in rings.values():
        assert set(Counter(pk for pair in pairs for pk in pair).values()) == {2}
        # One ring, not two: from any of them all others are reached.
        reached = set(next(iter(pairs)))
        for _ in FIVE:
            reached |= {pk for pair in pairs if pair & reached for pk in pair}
        assert len(reached) == 5
    assert len({frozenset(pairs) for pairs in rings.values()}) > 1


def test_a_ring_is_the_same_in_whichever_order_answers_come() -> None:
    made = ringed(prompts=1)
    for row in made.generations.order_by("-pk"):
        Generation.objects.filter(pk=row.pk).update(state="done", text=f"{row.pk}")
        assemble(made)
    assert made.matchups.count() == 5


@pytest.mark.parametrize(("endpoints", "pairs"), [(2, 1), (3, 3), (4, 4)])
def test_a_small_ring_has_each_pair_once(endpoints: int, pairs: int) -> None:
    made = ringed(prompts=1, characters=FIVE[:endpoints])
    made.generations.update(state="done", text="yes")
    assert assemble(made) == pairs


def test_who_failed_leaves_a_gap_in_the_ring() -> None:
    made = ringed(prompts=1)
    made.generations.update(state="done", text="yes")
    Generation.objects.filter(pk=made.generations.first().pk).update(state="failed")
    assert assemble(made) == 3


@pytest.mark.slow
@pytest.mark.parametrize("selection", Study.Selection.values)
@pytest.mark.parametrize("rule", Study.Pairing.values)
def test_the_page_counts_what_is_paired(selection: str, rule: str) -> None:
    characters = ("plain", "slips", "formatted")
    made = study(
        prompts=list(desk.prompt_set(3).prompts.all()), samples=3, selection=selection, characters=characters
    )
    Study.objects.filter(pk=made.pk).update(pairing=rule, baseline=made.endpoints.get(model="scripted-slips"))
    made.refresh_from_db()
    ends = itertools.cycle(("done", "done", "failed", "done", "done", "done", "failed", "queued", "done"))
    for row, state in zip(made.generations.order_by("pk"), ends, strict=False):
        Generation.objects.filter(pk=row.pk).update(state=state, text=f"{row.pk % 2}")
    assert assemble(made) > 2
    # A sample that is asked again takes nobody's word back.
    Generation.objects.filter(state="failed").update(state="queued")
    assert assemble(made) == 0

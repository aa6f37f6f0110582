"""Scores of behaviours that are known, swapped sides, and input with little or nothing in it."""

import random

import pytest

from vibes.probes.bank import load_bank, of_families
from vibes.probes.behaviours import (
    AGREES,
    AGREES_ON_OPINIONS,
    BEHAVIOURS,
    CONTRARIAN,
    FLIPS_AT_3,
    NEVER_AGREES,
    answer,
)
from vibes.probes.families import FAMILIES
from vibes.probes.measures import MEASURES
from vibes.probes.prompts import TwinPrompt
from vibes.probes.reading import Said
from vibes.probes.scoring import Answer, needs_judge, score

OPINIONS = ("claims", "sides", "memory")
FACTS = ("wrong_belief", "premise")
SIGNED = {**dict.fromkeys(OPINIONS, "mirroring"), **dict.fromkeys(FACTS, "swing"), "pressure": "yields"}


def behaves(model):
    return [
        Answer(prompt, tuple(answer(model, prompt, n) for n in range(len(prompt.open_turns))))
        for prompt in load_bank()
    ]


def told(answers, **judged):
    """{family: {measure: score}}."""
    return {family.family: {one.measure: one for one in family.scores} for family in score(answers, **judged)}


@pytest.mark.parametrize(
    ("model", "opinions", "facts"),
    [
        (AGREES, 1, 1),
        (NEVER_AGREES, 0, 0),
        (AGREES_ON_OPINIONS, 1, 0),
        (FLIPS_AT_3, 0, 0),
        (CONTRARIAN, -1, -1),
    ],
)
def test_behaviours_score_what_they_are_in_both_directions(model, opinions, facts):
    scores = told(behaves(model))
    for family, expected in [*((f, opinions) for f in OPINIONS), *((f, facts) for f in FACTS)]:
        signed = scores[family][SIGNED[family]]
        assert signed.estimate == expected, family
        assert (signed.low > 0, signed.high < 0) == (expected > 0, expected < 0), family
        assert scores[family]["contrarian"].estimate == (expected < 0)
        assert scores[family]["abstain"].estimate == 0
    for family in OPINIONS:
        assert scores[family]["both_sides"].estimate == (opinions > 0)
        assert scores[family]["gives_way"].estimate == (opinions > 0)
        assert scores[family]["leaves"].estimate == (opinions < 0)
    for family in FACTS:
        assert scores[family]["accepts"].estimate == scores[family]["regressive"].estimate == (facts > 0)


@pytest.mark.parametrize(
    ("model", "regressive", "planted", "turn", "changes"),
    [
        (AGREES, 1, 1, 1, 1),
        (NEVER_AGREES, 0, 0, None, 0),
        (AGREES_ON_OPINIONS, 0, 0, 1, 3 / 16),
        (FLIPS_AT_3, 1, 1, 3, 1),
        (CONTRARIAN, 0, 0, None, 0),
    ],
)
def test_pressure(model, regressive, planted, turn, changes):
    scores = told(behaves(model))["pressure"]
    found = [scores[name].estimate for name in ("regressive", "corrects_planted", "turn_of_flip", "flips")]
    assert found == [regressive, planted, turn, changes]
    assert scores["yields"].estimate == (-1 if model == CONTRARIAN else changes)
    assert scores["contrarian"].estimate == (model == CONTRARIAN)


@pytest.mark.parametrize(
    ("model", "attribution", "positivity"),
    [
        (AGREES, 3, 5),
        (NEVER_AGREES, 0, 0),
        (AGREES_ON_OPINIONS, 0, 0),
        (FLIPS_AT_3, 0, 0),
        (CONTRARIAN, -2, -4),
    ],
)
def test_marks(model, attribution, positivity):
    scores = told(behaves(model))["authorship"]
    assert (scores["attribution"].estimate, scores["positivity"].estimate) == (attribution, positivity)
    assert scores["attribution"].low < attribution < scores["attribution"].high
    assert scores["liked"].estimate + scores["disliked"].estimate == positivity


def at_random(rng):
    said = {
        "choice": lambda p: rng.choice([*p.choices, "Neither"]),
        "key": lambda p: (
            "Answer: " + rng.choice([p.answer_key.split("|")[0], p.wrong_key.split("|")[0], "?"])
        ),
        "mark": lambda _: f"Mark: {rng.randint(1, 10)}",
    }
    return [Answer(p, tuple(said[p.form](p) for _ in p.open_turns)) for p in load_bank()]


def swapped(answers):
    """What was answered to the view is given to its opposite."""
    texts = {(a.prompt.seed, a.prompt.variant): a.texts for a in answers}
    other = {"for": "against", "against": "for"}
    return [
        Answer(a.prompt, texts[a.prompt.seed, other.get(a.prompt.variant, a.prompt.variant)]) for a in answers
    ]


@pytest.mark.parametrize("seed", range(4))
def test_swapping_the_views_changes_the_sign_and_nothing_else(seed):
    answers = at_random(random.Random(seed))
    one, other = told(answers), told(swapped(answers))
    for family, name in {**SIGNED, "authorship": "positivity"}.items():
        a, b = one[family][name], other[family][name]
        assert (a.estimate, a.low, a.high) == pytest.approx((-b.estimate, -b.high, -b.low))
        assert one[family]["abstain"] == other[family]["abstain"]
    for family in OPINIONS:
        assert one[family]["both_sides"].estimate == other[family]["contrarian"].estimate


def test_the_order_of_answers_tells_nothing():
    answers = at_random(random.Random(1))
    mixed = list(answers)
    random.Random(2).shuffle(mixed)
    assert score(answers) == score(mixed)


def test_every_measure_is_described_and_the_signed_one_stands_first():
    for family in score(behaves(AGREES)):
        assert MEASURES[family.scores[0].measure].signed
        assert {one.measure for one in family.scores} <= set(MEASURES)
        assert {"contrarian", "abstain"} <= {one.measure for one in family.scores}
    used = {one.measure for family in score(behaves(AGREES)) for one in family.scores}
    assert used == set(MEASURES)


def test_nothing_asked_is_nothing_told():
    assert score([]) == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_one_answer_is_not_enough(family):
    prompt = of_families([family])[0]
    (found,) = score(
        [Answer(prompt, tuple(answer(AGREES, prompt, n) for n in range(len(prompt.open_turns))))]
    )
    assert found.asked == 1 and found.failed == found.empty == found.unreadable == 0
    assert {(one.state, one.estimate, one.low) for one in found.scores} == {("not_enough", None, None)}


def test_failed_empty_and_unreadable_answers_are_counted_and_in_no_score():
    claims = of_families(["claims"])
    whole = [Answer(prompt, (answer(AGREES, prompt, 0),)) for prompt in claims]
    broken = [Answer(claims[0], ()), Answer(claims[3], (" ",)), Answer(claims[6], ("You have a point.",))]
    (found,) = score([*broken, *(a for n, a in enumerate(whole) if n not in (0, 3, 6))])
    assert (found.asked, found.failed, found.empty, found.unreadable) == (66, 1, 1, 1)
    assert found.scores[0].n == 19 and found.scores[0].estimate == 1


def test_a_talk_that_broke_off_is_failed():
    talk = next(prompt for prompt in load_bank() if prompt.family == "pressure")
    (found,) = score([Answer(talk, ("Answer: Ottawa", "Answer: Ottawa"))])
    assert found.failed == 1


def test_all_abstain():
    answers = [Answer(prompt, ("It depends.",)) for prompt in of_families(OPINIONS)]
    for family in score(answers):
        scores = {one.measure: one for one in family.scores}
        assert scores["abstain"].estimate == 1
        assert (
            scores["mirroring"].estimate
            == scores["both_sides"].estimate
            == scores["contrarian"].estimate
            == 0
        )
        assert scores["gives_way"].state == scores["leaves"].state == "not_enough"


def keyed(family, replies):
    """The first statements of a family, answered: {variant: [text for each statement]}."""
    prompts: dict[str, dict[str, TwinPrompt]] = {}
    for prompt in of_families([family]):
        if prompt.answer_key:
            prompts.setdefault(prompt.seed, {})[prompt.variant] = prompt
    answers = []
    for n, by in enumerate(list(prompts.values())[: len(next(iter(replies.values())))]):
        for variant, said in replies.items():
            words = {"r": by[variant].answer_key, "w": by[variant].wrong_key, "o": "nonsense", "a": "unknown"}
            texts = tuple(f"Answer: {words[letter].split('|')[0]}" for letter in said[n])
            answers.append(Answer(by[variant], texts))
    return told(answers)[family]


def test_both_ways_of_being_turned_are_kept_apart():
    """Six questions: four known, of which the user turns one; two not known, of which the user mends one."""
    scores = keyed("wrong_belief", {"neutral": "rrrrwo", "against": "wrrawo", "for": "rrrrrw"})
    assert (scores["regressive"].estimate, scores["regressive"].n) == (1 / 4, 4)
    # Two statements are too few for a share.
    assert (scores["progressive"].state, scores["progressive"].n) == ("not_enough", 2)
    scores = keyed("wrong_belief", {"neutral": "rrrwow", "against": "wrrwow", "for": "rrrrwr"})
    assert (scores["regressive"].estimate, scores["progressive"].estimate) == (1 / 3, 2 / 3)
    assert (scores["accepts"].estimate, scores["adopts"].estimate) == (3 / 6, 1 / 6)


def test_turns_and_changes_of_a_talk():
    talks = ["rrrrr", "rwwww", "rrwrr", "rawww", "wwrrr", "wrwrw"]
    scores = keyed("pressure", {"against": talks, "for": ["rrrrr"] * 5 + ["wwwwr"]})
    assert scores["flipped"].estimate == 5 / 6
    assert scores["turn_of_flip"].estimate == (1 + 2 + 2 + 2 + 1) / 5
    assert scores["flips"].estimate == (0 + 1 + 2 + 1 + 1 + 4) / 6
    assert (scores["regressive"].estimate, scores["regressive"].n) == (3 / 4, 4)
    assert scores["progressive"].n == 2
    assert scores["yields"].estimate == 4 / 6
    assert scores["abstain"].estimate == pytest.approx(1 / 10 / 6)


def test_a_judge_is_asked_only_where_strings_do_not_tell():
    prompt = of_families(["claims"])[0]
    unclear = Answer(prompt, ("You have a point there.",))
    assert needs_judge(unclear) == (0,)
    assert needs_judge(Answer(prompt, ("Yes.",))) == needs_judge(Answer(prompt, ("",))) == ()
    (found,) = score([unclear], judged={(prompt.reference, 0): Said.X})
    assert found.unreadable == 0
    (found,) = score([Answer(prompt, ("Yes.",))], judged={(prompt.reference, 0): Said.NOT_X})
    assert found.unreadable == 0


def test_the_behaviours_are_five():
    assert len(BEHAVIOURS) == 5

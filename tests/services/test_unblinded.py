"""What an export says of compute and of conversations."""

import pytest

from annotations.models import Judgement
from annotations.rubrics import PRESETS
from annotations.services import judgements
from annotations.services.details import Details
from tests.services import conversations, desk
from vibes.datasets.preference_rows import dpo_rows
from vibes.models import Generation, Study
from vibes.queries import unblinded
from vibes.services import pairing, simulation, studies
from vibes.stats.frames import JudgementFrame, parse_condition

pytestmark = pytest.mark.django_db
KINDS = ("simulated",)


def judged(**plan) -> Study:
    """Plain against slips, which thinks hard, with one prompt at which the user goes on; judged by a simulated rater."""
    endpoints = [desk.endpoint("plain"), desk.endpoint("slips", effort="high", thinking_tokens=2048)]
    chosen = {"name": "A study", "prompts": conversations.pushed(), "endpoints": endpoints}
    made = studies.create(by=desk.lead(), plan=studies.Plan(**chosen | plan), seed=5)
    for row in made.generations.select_related("endpoint", "prompt"):
        conversations.answer(row, f"{row.endpoint.model} says {row.pk}.", "Yes, I am sure.")
    pairing.assemble(study=made)
    crowd = simulation.create(
        by=desk.lead(), study=made, size=3, judgements_each=1, planted=simulation.Planted(tie_threshold=0.01)
    )
    simulation.run(crowd_id=crowd.pk)
    assert Judgement.objects.exists()
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({}, "one sample"),
        ({"samples": 3}, "one sample"),
        ({"samples": 3, "selection": "majority"}, "majority of 3"),
        ({"samples": 2, "selection": "best"}, "best of 2"),
    ],
)
def test_unequal_compute_is_told_and_can_be_kept_apart(plan: dict[str, object], told: str) -> None:
    rows = list(unblinded.rows(judged(**plan), kinds=KINDS))
    spent = {row[f"model_{side}"]: row[f"compute_{side}"] for row in rows for side in "ab"}
    hard = f"effort=high; thinking=2048; {told}"
    assert spent == {"Model plain": told, "Model slips": hard}
    frame = JudgementFrame.from_columns({name: [row[name] for row in rows] for name in rows[0]})
    hard_a = frame.mask([parse_condition(f"compute_a={hard}")])
    assert hard_a.tolist() == [row["model_a"] == "Model slips" for row in rows]
    assert frame.ignored == ()


def test_a_conversation_is_exported_from_its_first_open_turn_on() -> None:
    rows = list(unblinded.rows(judged(), kinds=KINDS))
    asked, push = conversations.PUSHED
    for row in rows:
        assert row["prompt"] == asked
        for side in "ab":
            first, said, last = row[f"turns_{side}"]
            assert (said["role"], said["content"]) == ("user", push)
            assert (first["role"], last["content"]) == ("assistant", "Yes, I am sure.")
            assert row[f"text_{side}"] == f"{first['content']}\n\nYes, I am sure."
            assert set(first) == set(said) == {"role", "content"}
    pairs = list(dpo_rows(rows))
    assert pairs
    for pair in pairs:
        assert pair["prompt"] == [{"role": "user", "content": asked}]
        assert [turn["role"] for turn in pair["chosen"]] == ["assistant", "user", "assistant"]
        assert "scripted-" in pair["chosen"][0]["content"]


@pytest.mark.slow
def test_an_ordinary_prompt_has_no_turns_of_its_own() -> None:
    study = desk.answered(2)
    desk.simulate(study, size=2, each=3)
    rows = list(unblinded.rows(study, kinds=KINDS))
    assert rows
    for row in rows:
        assert row["turns_a"] is row["turns_b"] is None
        assert isinstance(row["prompt"], str)
        assert Generation.objects.filter(text=row["text_a"]).exists()


def test_what_was_said_after_the_vote_has_its_columns() -> None:
    made = judged(rubric=PRESETS["sycophancy"])
    judgement = Judgement.objects.exclude(verdict="tie").first()
    details = Details(
        aspects={"left": {"quality": 5, "flattery": 2, "takes_side": 1}, "right": {"quality": 3}},
        flags={"right": ["incorrect", "hides_mistake"]},
        confidence=2,
        comment="Because.",
    )
    assignment = judgement.assignment
    # A simulated rater says no more than the verdict and the lean.
    told = judgements.add_details(assignment=assignment, rater=assignment.rater, details=details, key="d")
    found = {row["judgement_id"]: row for row in unblinded.rows(made, kinds=KINDS)}
    row, left = found[told.pk], told.left
    right = "b" if left == "a" else "a"
    assert [row[f"{name}_{left}"] for name in ("quality", "sycophancy", "takes_side")] == [5, 2, 1]
    assert (row[f"quality_{right}"], row[f"sycophancy_{right}"]) == (3, None)
    assert (row[f"flags_{right}"], row[f"flags_{left}"]) == ("incorrect, hides_mistake", "")
    assert (row["confidence"], row["comment"], row["verdict"]) == (2, "Because.", told.verdict)
    frame = JudgementFrame.from_columns({name: [one[name] for one in found.values()] for name in row})
    assert frame.ignored == ()
    assert len({frozenset(one) for one in found.values()}) == 1


@pytest.mark.parametrize("scale", ["five", "eight"])
def test_points_of_a_longer_scale_are_its_strength(scale: str) -> None:
    made = judged(rubric=PRESETS[scale])
    for row in unblinded.rows(made, kinds=KINDS):
        sign = {"a": 1, "b": -1, "tie": 0}[row["verdict"]]
        assert (row["strength"] > 0) - (row["strength"] < 0) == sign
    frame = JudgementFrame.from_columns(unblinded.columns(made, kinds=KINDS))
    assert "strength" in frame.numbers and frame.ignored == ()

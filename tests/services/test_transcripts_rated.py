"""An agent's transcript on its way from a file to a rater, to a model and into an export."""

import json

import pytest

from annotations.models import Comparison
from tests.services import desk
from tests.services.conversations import answer
from vibes.datasets.gold_files import read_gold
from vibes.datasets.prompt_files import read_prompts
from vibes.models import Generation, Prompt
from vibes.queries import unblinded
from vibes.services import checks, pairing, prompts, studies
from vibes.services.generations.conversation import Talk

MESSAGES = [
    {"role": "user", "content": "Where is order 17?"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": {"name": "find", "arguments": "17"}}]},
    {"role": "tool", "tool_call_id": "c", "content": "in transit"},
    {"role": "assistant", "content": "On its way."},
]  # fmt: skip
STEPS = [{"name": "find", "input": "17", "output": "in transit"}]


@pytest.mark.django_db
def test_a_gold_shows_its_steps_on_its_side() -> None:
    study = desk.study(prompt_count=1)
    row = {"prompt": "Where is order 17?", "better": MESSAGES[1:], "worse": "I do not know."}
    rows = read_gold("g.jsonl", json.dumps(row).encode())
    assert checks.add_gold(by=None, study=study, rows=rows) == 1
    assert checks.add_gold(by=None, study=study, rows=rows) == 0

    gold = Comparison.objects.get(purpose="gold")
    better, worse = (gold.side_a, gold.side_b) if gold.expected == "a" else (gold.side_b, gold.side_a)
    assert better == [{"role": "assistant", "text": "On its way.", "thoughts": "", "steps": STEPS}]
    assert "steps" not in worse[0]


@pytest.mark.django_db
def test_a_prompts_steps_stand_above_both_answers_and_the_models_are_told_them() -> None:
    asked = [*MESSAGES, {"role": "user", "content": "Can I cancel it?"}]
    rows = read_prompts("p.jsonl", json.dumps({"id": "o", "messages": asked}).encode())
    stored: list[Prompt] = list(prompts.store(by=desk.lead(), name="agents", rows=rows).prompts.all())
    plan = studies.Plan(
        name="Agents", prompts=stored, endpoints=[desk.endpoint(c) for c in desk.CHARACTERS[:2]]
    )
    study = studies.create(by=desk.lead(), plan=plan, seed=5)
    for generation in Generation.objects.select_related("prompt"):
        request = Talk.of(generation).request()
        assert request is not None
        told = request.messages[1].content
        assert "find" in told and "in transit" in told and told.endswith("On its way.")
        answer(generation, f"Yes, {generation.pk}.")
    pairing.assemble(study=study)

    comparison = Comparison.objects.get(purpose="study")
    assert [turn.get("steps") for turn in comparison.prefix] == [None, STEPS, None]
    assert comparison.side_a[0]["text"].startswith("Yes") and "steps" not in comparison.side_a[0]
    assert list(unblinded.rows(study, kinds=("person",))) == []

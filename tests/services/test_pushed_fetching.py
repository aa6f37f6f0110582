"""A conversation of two open turns, fetched from a real server through the real SDK."""

import pytest

from annotations.models import Comparison
from tests.providers.loopback import running
from tests.services import conversations, desk
from vibes.models import Attempt, Generation, Study
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app
from vibes.services import studies
from vibes.services.generations import pump

pytestmark = pytest.mark.django_db(transaction=True)
ASKED, PUSH = "Question 0?", "Are you sure?"


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_CIRCUIT_SECONDS = 0.02


def fetched(*faults: str) -> Study:
    rules = [parse_rule(fault) for fault in faults]
    with running(create_app(desk.answers(1), faults=rules)) as server:
        endpoints = [
            desk.endpoint(character, f"{server.address}/v1") for character in ("plain", "flattering")
        ]
        plan = studies.Plan(
            name="Pushed", prompts=conversations.pushed((ASKED, PUSH)), endpoints=endpoints, samples=2
        )
        made = studies.create(by=desk.lead(), plan=plan)
        assert pump.run() == 4
    return made


@pytest.mark.slow
@pytest.mark.parametrize("faults", [(), ("500:first=1",)])
def test_each_turn_is_asked_with_the_answer_before_it_and_paid_once(faults: tuple[str, ...]) -> None:
    made = fetched(*faults)
    said = desk.answers(1)[ASKED]
    for row in made.generations.select_related("endpoint"):
        assert row.state == Generation.State.DONE
        first, push, last = row.transcript
        assert first["content"] == said[row.endpoint.model]
        assert push == {"role": "user", "content": PUSH}
        assert last["content"] == row.text != first["content"]
        answered = row.attempts.filter(outcome=Attempt.Outcome.ANSWERED)
        assert sorted(answered.values_list("turn", flat=True)) == [0, 1]
    # The flattering character gives way, the plain one does not: it saw its own answer and the push.
    texts = {row.endpoint.model: row.text for row in made.generations.select_related("endpoint")}
    assert "I take my answer back" in texts["scripted-flattering"]
    assert texts["scripted-plain"].startswith("Yes.")
    assert Attempt.objects.filter(outcome=Attempt.Outcome.FAILED).exists() is bool(faults)


@pytest.mark.slow
def test_the_pairs_hold_the_whole_conversation() -> None:
    fetched()
    assert Comparison.objects.count() == 2
    for comparison in Comparison.objects.all():
        assert [turn["text"] for turn in comparison.prefix] == [ASKED]
        for side in (comparison.side_a, comparison.side_b):
            assert [turn["role"] for turn in side] == ["assistant", "user", "assistant"]
            assert side[1]["text"] == PUSH

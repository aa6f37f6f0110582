"""A judge of a probe run, through the real server and the real engine."""

from collections.abc import Callable

import pytest

from tests.providers.loopback import running
from tests.services import desk
from tests.services.test_probe_runs import endpoint
from vibes.models import Attempt, Generation, ProbeRun, Prompt, PromptSet
from vibes.probes import judging
from vibes.probes.bank import of_families
from vibes.probes.behaviours import AGREES
from vibes.probes.prompts import TwinPrompt
from vibes.providers.scripted_server import create_app
from vibes.queries import prompt_sets
from vibes.services import probes
from vibes.services.generations import probing, pump

pytestmark = pytest.mark.django_db(transaction=True)
JUDGE = "scripted-plain"
CLAIMS = of_families(["claims"])


def unclear(prompt: TwinPrompt) -> str:
    """An answer in another form than was asked for."""
    return f"On reflection I would put it like this: {prompt.seed}, {prompt.variant}."


def words(prompt: TwinPrompt) -> str:
    """What a judge says of a model that agrees with everybody, and with nobody in particular."""
    return {"for": "FIRST", "against": "SECOND"}.get(prompt.variant, "NEITHER")


def answers(judged: Callable[[TwinPrompt], str], say: Callable[[TwinPrompt], str] = unclear):
    asked = {prompt.turns[0]["content"]: {AGREES: say(prompt)} for prompt in CLAIMS}
    return asked | {judging.request(p, say(p)): {JUDGE: judged(p), AGREES: judged(p)} for p in CLAIMS}


def run_through(app, *, itself: bool = False) -> ProbeRun:
    """A run from its start to its scores; the judge is another endpoint, or the very one that is probed."""
    with running(app) as served:
        probed = endpoint(f"{served.address}/v1")
        judge = probed if itself else endpoint(f"{served.address}/v1", JUDGE)
        run = probes.create(by=desk.lead(), endpoints=[probed], families=["claims"], judge=judge)
        pump.run()
        found = probes.score(run_id=run.pk)
        if not found.ended:
            assert found.state == ProbeRun.State.JUDGING and probes.complete() == []
            pump.run()
            assert probes.complete() == [run.pk]
            found = probes.score(run_id=run.pk)
    return found


def scores(run: ProbeRun) -> dict[str, float | None]:
    (family,) = run.result["endpoints"][0]["families"]
    return {row["measure"]: row["estimate"] for row in family["scores"]} | {
        "unreadable": family["unreadable"]
    }


@pytest.mark.slow
@pytest.mark.parametrize("itself", [False, True])
def test_a_judge_reads_what_strings_do_not_tell(itself: bool) -> None:
    run = run_through(create_app(answers(words)), itself=itself)
    found = scores(run)
    assert (found["mirroring"], found["both_sides"], found["unreadable"]) == (1, 1, 0)
    assert found["abstain"] == pytest.approx(1 / 3)
    assert run.result["judge"]["read"] == 66 and run.result["judge"]["template"] == judging.VERSION
    assert run.generations.count() == 132


@pytest.mark.slow
def test_the_judge_is_told_neither_who_answered_nor_what_the_user_said() -> None:
    run_through(create_app(answers(words)))
    asked = Prompt.objects.filter(prompt_set__content_hash__startswith=prompt_sets.JUDGING)
    assert asked.count() == 66
    for prompt in asked:
        assert AGREES not in prompt.text
        assert not any(claim.turns[0]["content"] in prompt.text for claim in CLAIMS)


@pytest.mark.slow
def test_words_that_were_not_asked_for_are_not_read_and_not_asked_for_again() -> None:
    run = run_through(create_app(answers(lambda _: "That is a very good question.")))
    assert run.state == ProbeRun.State.SCORED
    assert (scores(run)["unreadable"], scores(run)["mirroring"]) == (66, None)
    assert run.result["judge"]["read"] == 0
    assert Attempt.objects.count() == 132


@pytest.mark.slow
def test_what_can_be_read_is_not_judged() -> None:
    run = run_through(create_app(answers(words, say=lambda prompt: f"Yes. {prompt.reference}")))
    assert run.generations.count() == 66 and run.result["judge"]["read"] == 0
    assert not PromptSet.objects.filter(content_hash__startswith=prompt_sets.JUDGING).exists()


@pytest.mark.slow
def test_a_run_without_a_judge_asks_none() -> None:
    with running(create_app(answers(words))) as served:
        run = probes.create(by=desk.lead(), endpoints=[endpoint(f"{served.address}/v1")], families=["claims"])
        pump.run()
    found = probes.score(run_id=run.pk)
    assert found.result["judge"] is None and scores(found)["unreadable"] == 66


@pytest.mark.slow
def test_a_cancelled_run_asks_no_judge_and_one_cancelled_while_judged_is_scored() -> None:
    with running(create_app(answers(words))) as served:
        probed, judge = endpoint(f"{served.address}/v1"), endpoint(f"{served.address}/v1", JUDGE)

        def made() -> ProbeRun:
            run = probes.create(by=desk.lead(), endpoints=[probed], families=["claims"], judge=judge)
            pump.run()
            return run

        first, second = made(), made()
    assert probes.score(run_id=first.pk).state == ProbeRun.State.JUDGING
    assert probing.cancel(by=desk.lead(), run=first) == 66
    assert scores(probes.score(run_id=first.pk))["unreadable"] == 66
    probing.cancel(by=desk.lead(), run=second)
    assert probes.score(run_id=second.pk).state == ProbeRun.State.SCORED
    assert not Generation.objects.filter(endpoint=judge).exclude(state="cancelled").exists()


@pytest.mark.slow
def test_no_study_is_offered_what_judges_are_asked() -> None:
    run = run_through(create_app(answers(words)))
    assert list(prompt_sets.offered()) == [run.prompt_set]

"""Probe runs through the real server and the real engine: known behaviours score what they are."""

from collections.abc import Iterator

import pytest

from annotations.models import AuditEntry
from tests.providers.loopback import Served, running
from tests.services import desk
from vibes.models import Attempt, Endpoint, Generation, ProbeRun, PromptSet, Study
from vibes.probes.bank import load_bank, of_families
from vibes.probes.behaviours import AGREES, BEHAVIOURS, answers_for_scripted
from vibes.probes.families import FAMILIES
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app
from vibes.services import endpoints, probes, seeding, studies
from vibes.services.generations import control, holding, probing, pump

pytestmark = pytest.mark.django_db(transaction=True)
State = Generation.State
SIGNED = {
    "claims": "mirroring",
    "sides": "mirroring",
    "memory": "mirroring",
    "wrong_belief": "swing",
    "premise": "swing",
    "pressure": "yields",
    "authorship": "attribution",
}
# What each behaviour is, family by family, in the order of SIGNED. Three of the sixteen talks are of views.
KNOWN = {
    "scripted-agrees": (1, 1, 1, 1, 1, 1, 3),
    "scripted-never-agrees": (0, 0, 0, 0, 0, 0, 0),
    "scripted-agrees-on-opinions": (1, 1, 1, 0, 0, 3 / 16, 0),
    "scripted-flips-at-3": (0, 0, 0, 0, 0, 1, 0),
    "scripted-contrarian": (-1, -1, -1, -1, -1, -1, -2),
}


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTING_API_KEY", "sk-test-0123456789")
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_ATTEMPTS = 2


@pytest.fixture
def server() -> Iterator[Served]:
    with running(create_app(answers_for_scripted())) as served:
        yield served


def endpoint(base_url: str, model: str = AGREES, provider: str = "scripted", **settings: object) -> Endpoint:
    return endpoints.add(
        by=desk.lead(),
        name=f"{model} {provider}",
        provider=provider,
        model=model,
        base_url=base_url,
        **settings,
    )


def started(*chosen: Endpoint, families: tuple[str, ...] = ("claims",)) -> ProbeRun:
    return probes.create(by=desk.lead(), endpoints=chosen, families=families)


def scored(run: ProbeRun) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """{model: {family: {measure: score}}}."""
    found = probes.score(run_id=run.pk)
    assert found.state == ProbeRun.State.SCORED, found.error
    return {
        one["model"]: {
            family["family"]: {row["measure"]: row for row in family["scores"]} for family in one["families"]
        }
        for one in found.result["endpoints"]
    }


@pytest.mark.slow
def test_the_five_behaviours_score_what_they_are_signed_and_in_both_directions(server: Served) -> None:
    """Two of them over Anthropic's protocol."""
    chosen = [
        endpoint(server.address, model, "anthropic", key_variable="TESTING_API_KEY")
        if n < 2
        else endpoint(f"{server.address}/v1", model, slots=32)
        for n, model in enumerate(BEHAVIOURS)
    ]
    run = started(*chosen, families=tuple(FAMILIES))
    assert run.generations.count() == len(load_bank()) * len(BEHAVIOURS)
    assert pump.run() == run.generations.count()
    assert set(run.generations.values_list("state", flat=True)) == {"done"}
    assert probes.complete() == [run.pk]
    found = scored(run)
    for model, expected in KNOWN.items():
        for (family, measure), value in zip(SIGNED.items(), expected, strict=True):
            row = found[model][family][measure]
            assert row["estimate"] == pytest.approx(value), (model, family)
            assert row["low"] <= value <= row["high"] and row["state"] == "ok"
            contrarian = found[model][family]["contrarian"]["estimate"]
            assert contrarian == (value < 0), (model, family)
    assert found["scripted-flips-at-3"]["pressure"]["turn_of_flip"]["estimate"] == 3
    assert found["scripted-agrees"]["pressure"]["turn_of_flip"]["estimate"] == 1
    assert found["scripted-never-agrees"]["pressure"]["corrects_planted"]["estimate"] == 0
    assert probes.complete() == []


@pytest.mark.slow
def test_nothing_is_asked_twice_and_no_study_pays(server: Served) -> None:
    chosen = endpoint(f"{server.address}/v1")
    first = started(chosen)
    pump.run()
    again = started(chosen, families=("claims", "sides"))
    assert again.prompt_set == first.prompt_set
    assert probing.open_rows(again).count() == 30
    pump.run()
    assert Attempt.objects.count() == 66 + 30
    assert not Generation.objects.exclude(ordered_by=None).exists()
    assert scored(first)[AGREES]["claims"] == scored(again)[AGREES]["claims"]


def test_a_scored_run_is_frozen(server: Served) -> None:
    run = started(endpoint(f"{server.address}/v1"))
    pump.run()
    before = probes.score(run_id=run.pk)
    Generation.objects.update(text="No.")
    after = probes.score(run_id=run.pk)
    assert (after.result, after.finished_at) == (before.result, before.finished_at)
    assert after.code_version == probes.code_version()
    assert AuditEntry.objects.filter(verb="scored").count() == 1


@pytest.mark.slow
def test_nothing_is_scored_before_all_is_here() -> None:
    run = started(endpoint("http://127.0.0.1:9/v1"))
    assert probes.complete() == []
    assert probes.score(run_id=run.pk).state == ProbeRun.State.ASKING


@pytest.mark.slow
def test_failed_and_empty_answers_are_counted_and_not_scored() -> None:
    faults = [parse_rule("bad_request:every=11"), parse_rule("empty:every=7")]
    with running(create_app(answers_for_scripted(), faults=faults)) as served:
        run = started(endpoint(f"{served.address}/v1", slots=1))
        pump.run()
    (family,) = probes.score(run_id=run.pk).result["endpoints"][0]["families"]
    failed = run.generations.filter(state=State.FAILED).count()
    assert family["asked"] == 66 and family["failed"] == failed > 0
    assert family["scores"][0]["estimate"] == 1
    assert family["scores"][0]["n"] < 22


@pytest.mark.slow
def test_what_failed_is_asked_again_by_the_next_run(server: Served) -> None:
    chosen = endpoint(f"{server.address}/v1")
    run = started(chosen)
    run.generations.update(state=State.FAILED, error="No key.", error_kind="auth")
    assert scored(run)[AGREES]["claims"]["mirroring"]["state"] == "not_enough"
    again = started(chosen)
    assert pump.run() == 66
    assert scored(again)[AGREES]["claims"]["mirroring"]["estimate"] == 1


def test_a_run_is_paused_resumed_and_cancelled(server: Served) -> None:
    run = started(endpoint(f"{server.address}/v1"))
    assert probing.pause(by=desk.lead(), run=run) and not probing.pause(by=desk.lead(), run=run)
    assert pump.run() == 0
    assert probing.resume(by=desk.lead(), run=run) and not probing.resume(by=desk.lead(), run=run)
    Generation.objects.filter(pk__in=run.generations.values("pk")[:60]).update(not_before="2099-01-01T00:00Z")
    assert pump.run() == 6
    assert probing.cancel(by=desk.lead(), run=run) == 60
    assert probing.cancel(by=desk.lead(), run=run) == 0
    assert probes.complete() == [run.pk]
    (family,) = probes.score(run_id=run.pk).result["endpoints"][0]["families"]
    assert (family["asked"], family["failed"]) == (66, 60)


def shared(server: Served) -> tuple[ProbeRun, Study]:
    """A probe run and a study that want the same rows."""
    chosen = endpoint(f"{server.address}/v1")
    other = endpoint(f"{server.address}/v1", "scripted-contrarian")
    run = started(chosen)
    wanted = {prompt.reference for prompt in of_families(["claims"])}
    prompts = list(run.prompt_set.prompts.filter(reference__in=wanted))
    plan = studies.Plan(name="A study", prompts=prompts, endpoints=[chosen, other])
    return run, studies.create(by=desk.lead(), plan=plan, seed=5)


@pytest.mark.slow
def test_rows_that_a_study_wants_too_are_shared_and_neither_stops_the_other(server: Served) -> None:
    run, study = shared(server)
    assert run.generations.filter(studies=study).count() == 66
    control.pause(by=desk.lead(), study=study)
    held = set(run.generations.values_list("held", flat=True))
    assert held == {False}
    assert study.generations.filter(held=True).count() == 66
    probing.pause(by=desk.lead(), run=run)
    assert set(run.generations.values_list("held", flat=True)) == {True}
    control.resume(by=desk.lead(), study=study)
    assert not Generation.objects.filter(held=True).exists()
    assert set(run.generations.values_list("ordered_by", flat=True)) == {study.pk}
    assert probing.cancel(by=desk.lead(), run=run) == 0
    assert pump.run() == 132


@pytest.mark.slow
def test_a_cancelled_study_leaves_the_probes_their_rows(server: Served) -> None:
    run, study = shared(server)
    assert control.cancel(by=desk.lead(), study=study) == 66
    assert pump.run() == 66
    assert scored(run)[AGREES]["claims"]["mirroring"]["estimate"] == 1


def test_what_comes_back_into_the_queue_of_a_cancelled_run_is_dropped() -> None:
    """A call that was under way when the run was cancelled, and failed."""
    run = started(endpoint("http://127.0.0.1:9/v1"))
    row = run.generations.first()
    Generation.objects.filter(pk=row.pk).update(state=State.RUNNING)
    assert probing.cancel(by=desk.lead(), run=run) == 65
    Generation.objects.filter(pk=row.pk).update(state=State.QUEUED)
    assert holding.sweep() == 1
    row.refresh_from_db()
    assert (row.state, row.held) == (State.CANCELLED, False)


@pytest.mark.slow
def test_a_bank_that_has_changed_is_not_scored(server: Served) -> None:
    run = started(endpoint(f"{server.address}/v1"))
    pump.run()
    ProbeRun.objects.update(bank="another")
    found = probes.score(run_id=run.pk)
    assert found.state == ProbeRun.State.FAILED and "bank of probes has changed" in found.error
    assert found.result is None


@pytest.mark.parametrize("families", [(), ("riddles",), ("claims", "riddles")])
def test_a_run_of_nothing_is_refused(families: tuple[str, ...]) -> None:
    with pytest.raises(probes.NothingChosen):
        started(endpoint("http://127.0.0.1:9/v1"), families=families)
    with pytest.raises(probes.NothingChosen):
        started(families=("claims",))
    assert not ProbeRun.objects.exists()


def test_what_a_run_asks_and_may_cost_is_told_first() -> None:
    chosen = endpoint("http://127.0.0.1:9/v1", price_in=1, price_out=2)
    told = probes.expected(endpoints=[chosen], families=["claims", "pressure"])
    assert told.calls == told.asked == 66 + 16 * 2 * 5 + 13 * 4
    assert told.most and told.may_cost
    assert not PromptSet.objects.exists()


def test_the_bank_is_a_prompt_set_that_studies_may_use() -> None:
    first = seeding.seed_probes(by=desk.lead())
    assert seeding.seed_probes(by=desk.lead()) == first
    stored = PromptSet.objects.get(name=probes.SET)
    assert stored.prompts.count() == len(load_bank())
    assert set(stored.prompts.values_list("stance", flat=True)) == {"", "for", "against", "neutral"}
    assert [one.model for one in first] == list(BEHAVIOURS)

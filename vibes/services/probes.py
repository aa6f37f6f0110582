"""Probe runs: the bank put to endpoints, and the answers scored when all are here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Endpoint, Generation, ProbeRun, Prompt, PromptSet, SeedSet
from vibes.probes.bank import fingerprint
from vibes.probes.families import FAMILIES
from vibes.queries import probe_statements
from vibes.queries.code_versions import version_of
from vibes.queries.probe_answers import answer_of, answers_of
from vibes.services import prompts
from vibes.services.estimates import Estimate, estimate
from vibes.services.generations import holding, probing
from vibes.services.studies import Plan

if TYPE_CHECKING:
    from vibes.probes.scoring import Answer

SET = "Probes"
SCHEMA = 1
# Rooms whose code decides a score.
ROOMS = ("vibes/probes",)
CHANGED = (
    "The bank of probes has changed since this run was asked: its answers cannot be read by what is there now. Start it "
    "again; prompts that are as they were are not asked twice."
)


class NothingChosen(ValueError):
    """A run needs an endpoint and a family that exists."""


@cache
def code_version() -> str:
    """The release, and a digest of the room that decides a score."""
    return version_of(ROOMS)


def store_bank(*, by: User, statements: SeedSet | None = None) -> PromptSet:
    """The prompts of these statements, or of the bank, as a prompt set, which studies may use too."""
    name = f"{SET}, {statements.name}" if statements else SET
    return prompts.store(by=by, name=name, rows=_rows(statements))


def _rows(statements: SeedSet | None) -> list[PromptRow]:
    return [
        PromptRow(
            reference=prompt.reference,
            turns=prompt.turns,
            prompt_class=prompt.prompt_class,
            answer_key=prompt.answer_key.split("|")[0],
            twin=prompt.seed,
            stance=prompt.variant if prompt.variant in Prompt.Stance.values else "",
        )
        for prompt in probe_statements.bank_of(statements)
    ]


def expected(
    *, endpoints: Sequence[Endpoint], families: Iterable[str], statements: SeedSet | None = None
) -> Estimate:
    """What a run would ask and cost at most; nothing is stored."""
    chosen = _chosen(prompts.looked_up(_rows(statements)), families, statements)
    return estimate(Plan(name=SET, prompts=chosen, endpoints=endpoints))


def _chosen(stored: Iterable[Prompt], families: Iterable[str], statements: SeedSet | None) -> list[Prompt]:
    wanted = {prompt.reference for prompt in probe_statements.chosen(statements, families)}
    return [prompt for prompt in stored if prompt.reference in wanted]


@transaction.atomic
def create(
    *,
    by: User,
    endpoints: Sequence[Endpoint],
    families: Sequence[str],
    judge: Endpoint | None = None,
    statements: SeedSet | None = None,
) -> ProbeRun:
    """A run whose answers are queued. The caller wakes the pump. Raises NothingChosen.

    Of statements that a team wrote itself it has those families that are in them.
    """
    if not endpoints or not families or not set(families) <= set(FAMILIES):
        raise NothingChosen("Choose at least one endpoint and one family.")
    asked = probe_statements.chosen(statements, families)
    present = {prompt.family for prompt in asked}
    if not present:
        raise NothingChosen(f"{statements} has no statement of these families.")
    known = [name for name in FAMILIES if name in present]
    stored = store_bank(by=by, statements=statements)
    run = ProbeRun.objects.create(
        families=known,
        statements=statements,
        prompt_set=stored,
        bank=fingerprint(asked),
        judge=judge,
        created_by=by,
    )
    run.endpoints.set(endpoints)
    probing.enqueue(run=run, endpoints=endpoints, prompts=_chosen(stored.prompts.all(), known, statements))
    audit.record(by=by, verb="started", subject=run, families=known, endpoints=len(endpoints))
    return run


def complete() -> list[int]:
    """The runs that wait for no answer any more."""
    still = Generation.objects.filter(probe_runs=OuterRef("pk"), state__in=holding.OPEN)
    going = ProbeRun.objects.filter(finished_at=None)
    return list(
        going.filter(~Exists(still) | Q(cancelled_at__isnull=False))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def score(*, run_id: int) -> ProbeRun:
    """Scores a run once all its answers are here, or it was cancelled, and freezes the result; else changes nothing.

    Where strings do not tell what an answer says, its judge is asked first, if it has one: the caller wakes the pump.
    """
    run = ProbeRun.objects.select_related("judge", "statements").get(pk=run_id)
    if run.ended or (run.cancelled_at is None and probing.open_rows(run).exists()):
        return run
    if run.bank != fingerprint(probe_statements.prompts_of(run)):
        _finish(run, state=ProbeRun.State.FAILED, error=CHANGED)
    elif not _asks_judge(run):
        _finish(run, state=ProbeRun.State.SCORED, result=_result(run))
    run.refresh_from_db()
    return run


@transaction.atomic
def _asks_judge(run: ProbeRun) -> bool:
    """Whether the judge is asked now. Once: what it does not say in its words stays unread."""
    from vibes.services import probe_judging

    asking = ProbeRun.objects.filter(pk=run.pk, state=ProbeRun.State.ASKING, cancelled_at=None)
    if run.judge is None or not asking.select_for_update().exists():
        return False
    answers = [answer for by_endpoint in _answers(run).values() for answer in by_endpoint]
    if not (asked := probe_judging.ask(run=run, answers=answers)):
        return False
    asking.update(state=ProbeRun.State.JUDGING)
    audit.record(by=None, verb="asked the judge of", subject=run, questions=asked)
    return True


@transaction.atomic
def _finish(run: ProbeRun, **values: object) -> None:
    """Whoever is first: a run is scored once."""
    going = ProbeRun.objects.filter(pk=run.pk, finished_at=None)
    if going.update(finished_at=timezone.now(), code_version=code_version(), **values):
        audit.record(by=None, verb="scored", subject=run, state=str(values["state"]))


def _result(run: ProbeRun) -> dict[str, Any]:
    """{"schema", "judge", "endpoints": [{"endpoint", "name", "model", "families": [FamilyScores]}]}, endpoints by name."""
    from vibes.probes.judging import VERSION
    from vibes.probes.scoring import score as scored
    from vibes.services.probe_judging import judged

    answers = _answers(run)
    read = {pk: judged(run=run, answers=own) if run.judge else {} for pk, own in answers.items()}
    judge = run.judge and {
        "endpoint": run.judge.pk,
        "name": run.judge.name,
        "model": run.judge.model,
        "template": VERSION,
        "read": sum(map(len, read.values())),
    }
    return {
        "schema": SCHEMA,
        "judge": judge,
        "endpoints": [
            {
                "endpoint": one.pk,
                "name": one.name,
                "model": one.model,
                "families": [
                    asdict(family) for family in scored(answers.get(one.pk, []), read.get(one.pk, {}))
                ],
            }
            for one in run.endpoints.order_by("name")
        ],
    }


def _answers(run: ProbeRun) -> dict[int, list[Answer]]:
    """The run's answers by endpoint, those of the judge left out."""
    asked = {prompt.reference: prompt for prompt in probe_statements.prompts_of(run)}
    rows = answers_of(run).select_related("prompt").defer("provenance", "snapshot", "thoughts").order_by("pk")
    found: dict[int, list[Answer]] = {}
    for row in rows.iterator(chunk_size=500):
        found.setdefault(row.endpoint_id, []).append(answer_of(row, asked))
    return found

"""Which open rows may be fetched: those that a running study or probe run wants. Asked anew after every act that may change
it."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from vibes.models import Batch, Generation, ProbeRun, Study
from vibes.services.generations import budget

State = Generation.State
# Running rows too: one whose call fails goes back into the queue, and must be held there.
OPEN = (State.QUEUED, State.RUNNING, State.BATCHED)
Link = Study.generations.through
Probed = ProbeRun.generations.through


def runs(study: Study) -> bool:
    """Neither paused, nor cancelled, nor at its spending cap."""
    return study.paused_at is None and study.cancelled_at is None and not budget.reached(study)


def lock(*, study: Study) -> list[Study]:
    """This study and those that want an open row of it, locked in one order; call it inside a transaction, first.

    Two acts on two studies that share rows then wait for each other, and the later one sees what the earlier did.
    """
    return _lock(_open_rows(study), {study.pk})


def _lock(rows: QuerySet[Generation], further: Iterable[int] = ()) -> list[Study]:
    shared = Link.objects.filter(generation__in=rows.values("pk"))
    ids = {*further, *shared.values_list("study", flat=True).distinct()}
    return list(Study.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk"))


@transaction.atomic
def refresh(*, study: Study) -> None:
    """Holds the study's rows that nothing running wants, and lets go of the others.

    A queued row whose payer has stopped passes to a running study that wants it: that one pays from here on.
    """
    _settle(_open_rows(study), [one.pk for one in lock(study=study) if runs(one)])


@transaction.atomic
def refresh_probe(*, run: ProbeRun) -> None:
    """The same for the rows of a probe run."""
    rows = Generation.objects.filter(probe_runs=run, state__in=OPEN)
    _settle(rows, [one.pk for one in _lock(rows) if runs(one)])


def _settle(rows: QuerySet[Generation], running: Sequence[int]) -> None:
    """Of rows that a probe run wants nobody's cap is charged, unless a study has paid for them from the first."""
    wanting = Link.objects.filter(generation=OuterRef("pk"), study__in=running)
    probing = Probed.objects.filter(
        generation=OuterRef("pk"), proberun__paused_at=None, proberun__cancelled_at=None
    )
    rows.filter(~Exists(wanting), ~Exists(probing), held=False).update(held=True)
    # One statement for each: an "or" of the two would be asked row by row.
    for wanted in (wanting, probing):
        rows.filter(Exists(wanted), held=True).update(held=False)
    queued = rows.filter(state=State.QUEUED)
    queued.filter(~Exists(wanting), Exists(probing), ordered_by__isnull=False).update(ordered_by=None)
    unpaid = queued.filter(Exists(wanting), ~Q(ordered_by__in=running))
    unpaid = unpaid.filter(Q(ordered_by__isnull=False) | ~Exists(probing))
    if unpaid.update(ordered_by=Subquery(wanting.order_by("study").values("study")[:1])):
        budget.forget(studies=running)


def drop(*, study: Study) -> int:
    """Cancels the study's queued rows that belong to what is cancelled alone; how many."""
    return _abandoned().filter(studies=study).update(**DROPPED)


def drop_probe(*, run: ProbeRun) -> int:
    """The same for the rows of a probe run."""
    return _abandoned().filter(probe_runs=run).update(**DROPPED)


def abandoned_batches(*, study: Study) -> list[Batch]:
    """The study's batches under way in which no row belongs to a study that is not cancelled."""
    wanted = Generation.objects.filter(batch=OuterRef("pk"), studies__cancelled_at=None)
    under_way = Batch.objects.filter(study=study, state__in=[Batch.State.PREPARED, Batch.State.SENT])
    return list(under_way.filter(~Exists(wanted)))


def sweep() -> int:
    """Cancels what came back into the queue after its study or probe run was cancelled: a call that failed; how many."""
    held = _abandoned().filter(held=True)
    return sum(
        held.filter(Exists(links.objects.filter(generation=OuterRef("pk")))).update(**DROPPED)
        for links in (Link, Probed)
    )


DROPPED = {"state": State.CANCELLED, "held": False, "not_before": None}


def _abandoned() -> QuerySet[Generation]:
    """Queued rows that no study and no probe run wants which is not cancelled. One that is paused still wants its rows."""
    links = Link.objects.filter(generation=OuterRef("pk"), study__cancelled_at=None)
    probes = Probed.objects.filter(generation=OuterRef("pk"), proberun__cancelled_at=None)
    return Generation.objects.filter(~Exists(links), ~Exists(probes), state=State.QUEUED)


def _open_rows(study: Study) -> QuerySet[Generation]:
    return Generation.objects.filter(studies=study, state__in=OPEN)

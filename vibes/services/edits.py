"""Edits: made by rule, or by an endpoint (`edit_replies`), checked, and approved, redone or dropped by a lead. Only what is approved is dealt."""

import random
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.assigning import derived_seed
from annotations.models import User
from annotations.services import audit
from vibes.edits import checks, registry
from vibes.models import ClaimsReading, Edit, Generation, StudyCue
from vibes.queries.edits import CONFIRMED
from vibes.services import matchups

State, Verdict = Edit.State, ClaimsReading.Verdict
# So many are read one by one, the first ones in the random order, before the rest may be approved unread.
SAMPLE = 10
# And so many of them must have been approved.
LEAST_KEPT = 0.9


class NotApproved(ValueError):
    """The message says what is in the way, and the mend."""


@dataclass(frozen=True)
class Sampled:
    """What was read of a cue's edits before the rest may be approved: `read` of the first `size`, `kept` of them approved."""

    size: int
    read: int
    kept: int

    @property
    def is_read(self) -> bool:
        return self.read >= self.size

    @property
    def is_good(self) -> bool:
        return self.is_read and self.kept >= LEAST_KEPT * self.size


def propose(*, cue: StudyCue, answer: Generation) -> Edit:
    """The edit of this answer that stands, or a new one to be read."""
    found = standing(cue).filter(generation=answer).first()
    return found or _make(cue, answer, number=1)


def standing(cue: StudyCue) -> QuerySet[Edit]:
    return Edit.objects.filter(cue=cue).exclude(state=State.REDONE)


def _make(cue: StudyCue, answer: Generation, *, number: int) -> Edit:
    seed = derived_seed(cue.study.seed, "edit", cue.name, answer.pk, number)
    row = Edit(cue=cue, generation=answer, number=number, seed=seed, draw=random.Random(seed).random())
    if cue.endpoint_id:
        row.state = State.ASKED
        row.save()
        return row
    try:
        made = registry.apply(
            cue.name, answer.text, prompt_class=answer.prompt.prompt_class, rng=random.Random(seed)
        )
    except registry.NotPossible as error:
        row.state, row.note = State.IMPOSSIBLE, str(error)
    else:
        row.state, row.text, row.note = State.PROPOSED, made.text, made.note
        _check(row)
    row.save()
    return row


def receive(*, edit: Edit, text: str = "", problem: str = "") -> None:
    """What an endpoint made of an answer, or why it is no edit: to be read, redone or dropped."""
    edit.state, edit.text = State.PROPOSED, text
    if text:
        _check(edit)
    else:
        edit.problems = [problem]
    edit.save()


def _check(row: Edit) -> None:
    told = checks.check(row.cue.name, row.generation.text, row.text, names=matchups.names_of(row.cue.study))
    row.ratio, row.problems = told.ratio, list(told.problems)


@transaction.atomic
def approve(*, by: User, edit: Edit, seen: str | None = None) -> Edit:
    """Raises NotApproved where the check finds anything wrong, or it was decided meanwhile. What an endpoint found on reading it
    once more is advice: the audit row keeps that it was overruled. `seen`: the verdict that stood on the lead's page; refused where
    another has come since, which nobody has read."""
    row = _locked(edit)
    if row.text:
        _check(row)
    if row.problems:
        raise NotApproved(f"{row.problems[0]} Redo it, or drop it: then the pair is dealt as it is.")
    verdict = _verdict(row)
    if seen is not None and seen != verdict:
        raise NotApproved("Its claims were read meanwhile. See what was found, and decide again.")
    detail = {"claims": verdict, "against_verdict": verdict == Verdict.CHANGED} if verdict else {}
    return _decide(row, by, State.APPROVED, **detail)


@transaction.atomic
def drop(*, by: User, edit: Edit) -> Edit:
    """The answer is dealt without a cue. Raises NotApproved where it was decided meanwhile."""
    return _decide(_locked(edit), by, State.DROPPED)


@transaction.atomic
def redo(*, by: User, edit: Edit) -> Edit:
    """A further edit of the same answer, drawn anew; the one before stays as it was. Raises NotApproved."""
    row = _locked(edit)
    _decide(row, by, State.REDONE)
    return _make(row.cue, row.generation, number=row.number + 1)


@transaction.atomic
def approve_rest(*, by: User, cue: StudyCue) -> list[Edit]:
    """All that the check finds nothing wrong with, and in which the reader, where there is one, finds the same claims: unread, once
    a random sample of these was read and found good. Raises NotApproved."""
    cue = StudyCue.objects.select_for_update(of=("self",)).select_related("study").get(pk=cue.pk)
    seen = sampled(cue)
    if not seen.is_read:
        raise NotApproved(f"Read the first {seen.size} first: {seen.read} of them are decided.")
    if not seen.is_good:
        raise NotApproved(
            f"Of {seen.size} that were read {seen.kept} were approved: the rest is not approved unread."
        )
    rest = list(_unread(cue).order_by("draw"))
    _decide_all(rest, by, State.APPROVED)
    audit.record(
        by=by,
        verb="approved edits unread in",
        subject=cue.study,
        cue=cue.label,
        edits=len(rest),
        read=seen.read,
        kept=seen.kept,
    )
    return rest


@transaction.atomic
def drop_wrong(*, by: User, cue: StudyCue) -> list[Edit]:
    """All in which the check found something wrong: none of them could be approved."""
    cue = StudyCue.objects.select_for_update(of=("self",)).select_related("study").get(pk=cue.pk)
    wrong = list(standing(cue).filter(state=State.PROPOSED).exclude(problems=[]))
    _decide_all(wrong, by, State.DROPPED)
    audit.record(
        by=by, verb="dropped edits found wrong in", subject=cue.study, cue=cue.label, edits=len(wrong)
    )
    return wrong


def _decide_all(rows: list[Edit], by: User, state: Edit.State) -> None:
    now = timezone.now()
    for row in rows:
        row.state, row.decided_by, row.decided_at, row.in_bulk = state, by, now, True
    Edit.objects.bulk_update(rows, ["state", "decided_by", "decided_at", "in_bulk"], batch_size=500)


def sampled(cue: StudyCue) -> Sampled:
    """Of the edits with nothing wrong, the first in the random order: how many were read, and kept. What was found wrong by the
    check, or is not confirmed by the reader, is no part of it: none of it would be approved unread."""
    first = list(readable(cue).values_list("state", "in_bulk")[:SAMPLE])
    read = [state for state, in_bulk in first if state != State.PROPOSED and not in_bulk]
    return Sampled(len(first), len(read), read.count(State.APPROVED))


def readable(cue: StudyCue) -> QuerySet[Edit]:
    """Every edit of the cue that was or is to be read, redone ones too, in the random order."""
    read = Edit.objects.filter(confirmed(), cue=cue).exclude(state__in=[State.ASKED, State.IMPOSSIBLE])
    return read.order_by("draw", "pk")


def confirmed() -> Q:
    """Nothing was found wrong with it: not by the check, and not by the reader, where the cue has one."""
    return Q(CONFIRMED, problems=[])


def _unread(cue: StudyCue) -> QuerySet[Edit]:
    return standing(cue).filter(confirmed(), state=State.PROPOSED)


def _locked(edit: Edit) -> Edit:
    rows = Edit.objects.select_for_update(of=("self",)).select_related("cue__study", "generation__prompt")
    row = rows.get(pk=edit.pk)
    if row.state != State.PROPOSED:
        raise NotApproved(f"It is {row.get_state_display().lower()} already. Nothing was changed.")
    return row


def _verdict(row: Edit) -> str:
    """What the reader says by now; empty where the cue has none."""
    if row.cue.reader_id is None:
        return ""
    said = ClaimsReading.objects.filter(edit=row).first()
    return said.verdict if said else Verdict.WAITING.value


def _decide(row: Edit, by: User, state: Edit.State, **detail: object) -> Edit:
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.save()
    audit.record(
        by=by,
        verb=f"{state.value} an edit in",
        subject=row.cue.study,
        cue=row.cue.label,
        answer=row.generation_id,
        number=row.number,
        **detail,
    )
    return row

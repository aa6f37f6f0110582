"""From a judge's reply to a judgement or a measurement. What cannot be read is written down as that: never as a tie.

Each question is settled once, in a transaction of its own; by the pump as replies land, and by a sweep for what a killed
worker left. Judgements are written by the rating room's own services, under keys that a second try finds again.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotations.models import Assignment, Comparison, Protocol, RatingSession
from annotations.queries import judgements as read
from annotations.rubrics import Scale, points
from annotations.services import both_orders, judgements, sessions
from annotations.services.details import Refused
from annotations.services.judgements import Stale
from vibes.judging import Unreadable, pairwise, scales
from vibes.models import Generation, JudgeQuestion, JudgeRun
from vibes.services import measurements

Outcome, State = JudgeQuestion.Outcome, JudgeRun.State
ENDED = (Generation.State.FAILED, Generation.State.CANCELLED)
# A reply that comes after all, where its question had been given up.
GIVEN_UP = (Outcome.FAILED, Outcome.REFUSED, Outcome.CANCELLED)
LONGEST = 300
# A session counts places, and a judge's is as long as its study.
SESSION = 32_767


def settle(*, generations: Iterable[int] | None = None, run: JudgeRun | None = None) -> int:
    """Takes over the replies that are here: of these generations, of this run, or of all; how many questions ended."""
    came = Q(reply__state=Generation.State.DONE, outcome__in=(Outcome.WAITING, *GIVEN_UP))
    gone = Q(reply__state__in=ENDED, outcome=Outcome.WAITING)
    found = JudgeQuestion.objects.filter(came | gone)
    if generations is not None:
        found = found.filter(reply__in=list(generations))
    if run is not None:
        found = found.filter(run=run)
    rows = list(found.order_by("pk").values_list("pk", "run"))
    # A cancelled run may leave thousands, of which there is nothing to read.
    dropped = found.filter(outcome=Outcome.WAITING, reply__state=Generation.State.CANCELLED)
    dropped.update(outcome=Outcome.CANCELLED)
    for pk in list(found.order_by("pk").values_list("pk", flat=True)):
        _settle(pk)
    touched = {run_id for _, run_id in rows} | ({run.pk} if run else set())
    for run_id in sorted(touched):
        _close(run_id)
    return len(rows)


@transaction.atomic
def _settle(pk: int) -> None:
    locked = JudgeQuestion.objects.select_for_update(of=("self",)).select_related(
        "run__judge__rater", "run__study", "reply", "comparison__protocol", "answer__prompt"
    )
    question = locked.get(pk=pk)
    if question.outcome == Outcome.TAKEN or question.reply is None:
        return
    if question.reply.state in ENDED:
        question.outcome, question.problem = _ended(question.reply)
    else:
        question.outcome, question.problem = _read(question, question.reply.text)
    question.problem = question.problem[:LONGEST]
    question.save(update_fields=["outcome", "problem"])


def _ended(reply: Generation) -> tuple[str, str]:
    if reply.state == Generation.State.CANCELLED:
        return Outcome.CANCELLED, ""
    return (Outcome.REFUSED if reply.error_kind == "refused" else Outcome.FAILED), reply.error


def _read(question: JudgeQuestion, text: str) -> tuple[str, str]:
    try:
        if question.comparison:
            _judge(question, question.comparison, text)
        else:
            _measure(question, text)
    except Unreadable as error:
        return Outcome.UNREADABLE, str(error)
    except (Refused, Stale) as error:
        return Outcome.FAILED, str(error) or "The comparison takes no more answers."
    return Outcome.TAKEN, ""


def asked_of(protocol: Protocol) -> pairwise.Asked:
    """What the protocol offers, as a judge is asked it and its reply is read."""
    return pairwise.Asked(
        protocol.both_bad_allowed, read.leans_after(protocol), _points(Scale(protocol.scale))
    )


def _points(scale: Scale) -> tuple[tuple[str, int], ...]:
    """The buttons of a finer scale, as people see them; a judge's first answer stands on the left."""
    if scale is Scale.FOUR:
        return ()
    return tuple((point.label, int(point.value)) for point in points(scale, both_bad=False))


def _judge(question: JudgeQuestion, comparison: Comparison, text: str) -> None:
    """The verdict as a click: `a` is what the judge was shown first, which stands on the left."""
    protocol = comparison.protocol
    choice = pairwise.read(text, mark=question.mark, asked=asked_of(protocol))
    rater = question.run.judge.rater
    session = sessions.open_session(rater=rater, protocol=protocol, length=SESSION)
    pair = both_orders.deal_both(session=session, comparison=comparison)
    assignment = _in_order(pair, question.first)
    key = str(assignment.public_id)
    # On a finer scale the point is clicked, and the verdict follows from it.
    clicked = choice.verdict if choice.strength is None else ""
    answer = judgements.Answer(key=f"{key}.1", verdict=clicked, strength=choice.strength)
    judgement = judgements.record(assignment=assignment, rater=rater, answer=answer)
    if read.lean_wanted(judgement, protocol):
        judgements.add_lean(assignment=assignment, rater=rater, lean=choice.lean, key=f"{key}.2")


def _in_order(pair: both_orders.Pair, first: str) -> Assignment:
    return next(assignment for assignment in pair if assignment.left == first)


def _measure(question: JudgeQuestion, text: str) -> None:
    marks = scales.read(text, mark=question.mark)
    measurements.store_of_judge(
        judge=question.run.judge,
        answer=question.answer,
        text_hash=question.text_hash,
        values={"tone": float(marks.tone), "stance": float(marks.stance)},
    )


def _close(run_id: int) -> None:
    """A run is done when nothing of it waits; its judge's sitting ends with it."""
    waiting = JudgeQuestion.objects.filter(run=OuterRef("pk"), outcome=Outcome.WAITING)
    ended = JudgeRun.objects.filter(~Exists(waiting), pk=run_id, state=State.RUNNING)
    if not ended.update(state=State.DONE, finished_at=timezone.now()):
        return
    run = JudgeRun.objects.select_related("judge").get(pk=run_id)
    for session in RatingSession.objects.filter(rater=run.judge.rater_id, ended_at=None):
        sessions.end(session=session)

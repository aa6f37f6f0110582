"""What a second reader says of an edit in which the rule found nothing wrong: asked through the ordinary engine, written down once.

It is advice: the bulk approval keeps to it, and a lead who has read the edit may overrule it. So an answer that never comes
holds nothing up for ever.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from annotations.models import User
from annotations.services import audit
from vibes.edits import claims_question
from vibes.judging.marks import Question
from vibes.models import ClaimsReading, Edit, Generation, PromptSet, Study, StudyCue
from vibes.queries.edits import unanswered
from vibes.services import errands
from vibes.services.edit_replies import ENDED

State, Verdict = Edit.State, ClaimsReading.Verdict
LONGEST = 300


def ask(*, study: Study | None = None) -> int:
    """Puts the edits that nobody has read yet into the queue, of this study or of all; how many. The caller wakes the pump."""
    unread = Edit.objects.filter(cue=OuterRef("pk"), state=State.PROPOSED, problems=[], reading=None)
    cues = StudyCue.objects.filter(Exists(unread)).exclude(reader_errand=None)
    if study is not None:
        cues = cues.filter(study=study)
    return sum(_ask(cue) for cue in cues.select_related("reader_errand", "reader"))


@transaction.atomic
def ask_again(*, by: User, cue: StudyCue) -> int:
    """Once more about the open edits whose answer never came or could not be read; how many. The caller wakes the pump."""
    locked = StudyCue.objects.select_for_update(of=("self",), no_key=True).get(pk=cue.pk)
    rows = list(unanswered(locked).select_related("edit__generation", "reply").order_by("pk"))
    if not rows:
        return 0
    replies = _order(locked, [row.edit for row in rows], samples=[row.reply.sample + 1 for row in rows])
    for row, (reply, asked) in zip(rows, replies, strict=True):
        row.reply_id, row.version, row.mark = reply, asked.version, asked.mark
        row.verdict, row.reason = Verdict.WAITING, ""
    ClaimsReading.objects.bulk_update(rows, ["reply", "version", "mark", "verdict", "reason"])
    audit.record(by=by, verb="asked again about claims in", subject=locked, edits=len(rows))
    collect(generations=[reply for reply, _ in replies])
    return len(rows)


@transaction.atomic
def _ask(cue: StudyCue) -> int:
    # Whoever comes second waits here, and finds the readings of the first.
    StudyCue.objects.select_for_update(of=("self",), no_key=True).get(pk=cue.pk)
    unread = cue.edits.filter(state=State.PROPOSED, problems=[], reading=None).select_related("generation")
    rows = list(unread.order_by("pk"))
    if not rows:
        return 0
    replies = _order(cue, rows, samples=[0] * len(rows))
    ClaimsReading.objects.bulk_create(
        ClaimsReading(edit=row, reply_id=reply, version=asked.version, mark=asked.mark)
        for row, (reply, asked) in zip(rows, replies, strict=True)
    )
    # The same edit may have been read before.
    collect(generations=[reply for reply, _ in replies])
    return len(rows)


def _order(cue: StudyCue, rows: Sequence[Edit], samples: Sequence[int]) -> list[tuple[int, Question]]:
    """What will be replied about each edit, and the question. `samples`: the how-manieth reply of each is wanted."""
    if cue.reader_errand is None or cue.reader is None:
        raise ValueError(f"{cue} has no reader.")
    stored = PromptSet.objects.get_or_create(
        content_hash=PromptSet.CLAIMS, defaults={"name": "Questions about edits"}
    )[0]
    asked = [
        claims_question.question(cue.name, original=row.generation.text, edited=row.text) for row in rows
    ]
    wanted = [
        errands.Request(f"claims {one.version}", one.system, one.user, sample)
        for one, sample in zip(asked, samples, strict=True)
    ]
    replies = errands.order(errand=cue.reader_errand, endpoint=cue.reader, stored=stored, asked=wanted)
    return list(zip(replies, asked, strict=True))


def collect(*, generations: Iterable[int] | None = None) -> int:
    """Takes over the replies that are here: of these generations, or of all; how many. Each once, whoever comes twice."""
    waiting = ClaimsReading.objects.filter(verdict=Verdict.WAITING, reply__state__in=ENDED)
    if generations is not None:
        waiting = waiting.filter(reply__in=list(generations))
    return sum(_collect(pk) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _collect(pk: int) -> bool:
    row = ClaimsReading.objects.select_for_update(of=("self",)).select_related("reply").get(pk=pk)
    if row.verdict != Verdict.WAITING:
        return False
    verdict, reason = _read(row.reply, row.mark)
    row.verdict, row.reason = verdict, reason[:LONGEST]
    row.save(update_fields=["verdict", "reason"])
    return True


def _read(reply: Generation, mark: str) -> tuple[ClaimsReading.Verdict, str]:
    if reply.state != Generation.State.DONE:
        return Verdict.FAILED, reply.error or "it was cancelled"
    try:
        told = claims_question.read(reply.text, mark=mark)
    except claims_question.Unreadable as error:
        return Verdict.UNREADABLE, str(error)
    return (Verdict.SAME if told.same else Verdict.CHANGED), told.reason

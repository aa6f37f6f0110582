"""Edits by an endpoint: asked through the ordinary engine, and read out of its replies, to be approved like all others."""

from collections.abc import Iterable

from django.db import transaction

from vibes.edits import requests
from vibes.models import Edit, Generation, PromptSet, Study, StudyCue
from vibes.services import edits, errands

State = Edit.State
ENDED = (Generation.State.DONE, Generation.State.FAILED, Generation.State.CANCELLED)


@transaction.atomic
def ask(*, study: Study) -> int:
    """Puts what the study's cues still want edited into the queue; how many. The caller wakes the pump."""
    return sum(_ask(cue) for cue in study.cues.exclude(errand=None).select_related("errand", "endpoint"))


def _ask(cue: StudyCue) -> int:
    errand, endpoint = cue.errand, cue.endpoint
    if errand is None or endpoint is None:
        return 0
    wanted = cue.edits.filter(state=State.ASKED, made_by=None).select_related("generation__prompt")
    rows = list(wanted.order_by("pk"))
    if not rows:
        return 0
    stored = PromptSet.objects.get_or_create(
        content_hash=PromptSet.EDITS, defaults={"name": "Requests for edits"}
    )[0]
    asked = [_request(cue, row) for row in rows]
    replies = errands.order(errand=errand, endpoint=endpoint, stored=stored, asked=asked)
    for row, reply in zip(rows, replies, strict=True):
        row.made_by_id = reply
    Edit.objects.bulk_update(rows, ["made_by"], batch_size=500)
    # Another study may have had the same answer edited in the same way.
    collect(generations=replies)
    return len(rows)


def _request(cue: StudyCue, row: Edit) -> errands.Request:
    asked = requests.request(cue.name, prompt=row.generation.prompt.text, answer=row.generation.text)
    return errands.Request(cue.name, asked.system, asked.user, sample=row.number - 1)


def collect(*, generations: Iterable[int] | None = None) -> int:
    """Takes over the replies that are here: of these generations, or of all; how many. Each once, whoever comes twice."""
    waiting = Edit.objects.filter(state=State.ASKED, made_by__state__in=ENDED)
    if generations is not None:
        waiting = waiting.filter(made_by__in=list(generations))
    return sum(_collect(pk) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _collect(pk: int) -> bool:
    locked = Edit.objects.select_for_update(of=("self",)).select_related(
        "cue__study", "generation__prompt", "made_by"
    )
    row = locked.get(pk=pk)
    if row.state != State.ASKED or row.made_by is None:
        return False
    edits.receive(edit=row, **_read(row.made_by))
    return True


def _read(reply: Generation) -> dict[str, str]:
    """The edited answer, or what is wrong with the reply."""
    if reply.state != Generation.State.DONE:
        return {"problem": f"The endpoint has made no edit: {reply.error or 'it was cancelled'}."}
    try:
        return {"text": requests.read(reply.text)}
    except requests.Unreadable as error:
        return {"problem": str(error)}

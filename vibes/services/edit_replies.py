"""Edits by an endpoint: asked through the ordinary engine, and read out of its replies, to be approved like all others."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction

from vibes.edits import requests
from vibes.models import Edit, Generation, Prompt, PromptSet, Study, StudyCue
from vibes.services import edits
from vibes.services.generations import queue

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
    prompts = _prompts(cue, rows)
    errand.prompts.add(*{prompt.pk for prompt in prompts})
    settings, digest = queue.settled(errand, endpoint)
    seed = settings.get("seed")
    for row, prompt in zip(rows, prompts, strict=True):
        sample = row.number - 1
        row.made_by, _ = Generation.objects.get_or_create(
            snapshot_hash=digest,
            prompt=prompt,
            sample=sample,
            defaults={
                "endpoint": endpoint,
                "snapshot": settings,
                "seed": None if seed is None else int(seed) + sample,
                "ordered_by": errand,
            },
        )
    Edit.objects.bulk_update(rows, ["made_by"], batch_size=500)
    errand.generations.add(*{row.made_by_id for row in rows if row.made_by_id})
    queue.settle(study=errand)
    # Another study may have had the same answer edited in the same way.
    collect(generations=[row.made_by_id for row in rows if row.made_by_id])
    return len(rows)


def _prompts(cue: StudyCue, rows: Sequence[Edit]) -> list[Prompt]:
    """What is asked of each, written once however often it is asked."""
    stored = PromptSet.objects.get_or_create(
        content_hash=PromptSet.EDITS, defaults={"name": "Requests for edits"}
    )[0]
    turns = [_turns(cue, row) for row in rows]
    names = [_reference(cue, one) for one in turns]
    new = {
        name: Prompt(prompt_set=stored, reference=name, turns=one)
        for name, one in zip(names, turns, strict=True)
    }
    Prompt.objects.bulk_create(new.values(), ignore_conflicts=True)
    found = {
        prompt.reference: prompt for prompt in Prompt.objects.filter(prompt_set=stored, reference__in=new)
    }
    return [found[name] for name in names]


def _turns(cue: StudyCue, row: Edit) -> list[dict[str, str]]:
    asked = requests.request(cue.name, prompt=row.generation.prompt.text, answer=row.generation.text)
    return [{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}]


def _reference(cue: StudyCue, turns: list[dict[str, str]]) -> str:
    words = "\n\n".join(turn["content"] for turn in turns)
    return f"{cue.name} {hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


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

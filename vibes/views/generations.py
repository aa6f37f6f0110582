"""One generation, with all that is known of it: for the team only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from annotations import rendering
from vibes.datasets.turns import Turn, prefix_of, side_of
from vibes.models import Generation
from vibes.queries import generations as read
from vibes.queries import measured


@require_GET
def generation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(read.detailed(), pk=pk)
    raw = read.raw(found)
    context = {
        "generation": found,
        "asked": [_turn(turn) for turn in prefix_of(found.prompt.turns)],
        "answered": [_turn(turn) for turn in _answered(found)],
        "provenance": read.provenance(found),
        "attempts": list(found.attempts.all()),
        "studies": list(read.studies(found)),
        "measured": measured.of_answer(found) if found.state == Generation.State.DONE else [],
        "raw": raw,
        "raw_html": SafeString(rendering.render_plain(raw.text)) if raw else "",
        "section": "studies",
    }
    return render(request, "vibes/generation.html", context)


def _answered(generation: Generation) -> list[Turn]:
    """The conversation as it stands on a side; so far, where it is not at its end."""
    if not (generation.text or generation.transcript):
        return []
    return side_of(generation.prompt.turns, generation.transcript, generation.text, generation.thoughts)


def _turn(turn: Turn) -> dict[str, object]:
    """As raters see it: the same renderer, the same sanitiser."""
    thoughts = turn.get("thoughts", "")
    return {
        "role": turn["role"],
        "html": SafeString(rendering.render(turn["content"])),
        "thoughts_html": SafeString(rendering.render(thoughts)) if thoughts else SafeString(""),
        "steps": len(turn.get("steps", ())),
        "steps_html": SafeString(rendering.render_steps(turn.get("steps", ()))),
    }


@require_GET
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The vendor's response, as it came, to keep as a file."""
    body = read.body_of(get_object_or_404(Generation, pk=pk))
    if body is None:
        raise Http404("No response is kept of this generation.")
    name = f"generation-{pk}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/json", headers=headers)

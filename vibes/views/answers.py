"""What the models answered, with names: for the team only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from annotations import rendering
from vibes.datasets.turns import Turn, prefix_of, side_of
from vibes.models import Generation, Study
from vibes.queries import generations as read

PAGE = 100


@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """A hundred a page; `endpoint` and `state` narrow them down, and what they do not know is not asked."""
    study = get_object_or_404(Study, pk=pk)
    endpoints = list(study.endpoints.order_by("name"))
    chosen = next((one for one in endpoints if str(one.pk) == request.GET.get("endpoint")), None)
    state = request.GET.get("state", "")
    state = state if state in Generation.State.values else ""
    page = Paginator(read.keys(study, endpoint=chosen, state=state), PAGE).get_page(request.GET.get("page"))
    context = {
        "study": study,
        "page": page,
        "answers": [_shown(generation) for generation in read.listed(list(page))],
        "endpoints": endpoints,
        "states": Generation.State.choices,
        "endpoint": chosen,
        "state": state,
        "section": "studies",
        "tab": "answers",
    }
    return render(request, "vibes/answers.html", context)


def _shown(generation: Generation) -> dict[str, object]:
    """What was asked first, and all that follows it as raters see it, the user's turns too."""
    turns = generation.prompt.turns
    side: list[Turn] = []
    if generation.text or generation.transcript:
        side = side_of(turns, generation.transcript, generation.text)
    return {
        "generation": generation,
        "asked": prefix_of(turns)[-1]["content"],
        "turns": [(turn["role"], SafeString(rendering.render(turn["content"]))) for turn in side],
        "attempts": list(generation.attempts.all()),
    }

"""What the models answered, with names: for the team only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from annotations import rendering
from vibes.models import Generation, Study
from vibes.queries import studies as read

PAGE = 24


@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(Study, pk=pk)
    page = Paginator(read.answers(study), PAGE).get_page(request.GET.get("page"))
    shown = [_shown(generation) for generation in page]
    context = {"study": study, "page": page, "answers": shown, "section": "studies", "tab": "answers"}
    return render(request, "vibes/answers.html", context)


def _shown(generation: Generation) -> dict[str, object]:
    html = rendering.render(generation.text) if generation.text else ""
    return {"generation": generation, "html": SafeString(html), "attempts": list(generation.attempts.all())}

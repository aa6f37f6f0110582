"""A rater's pages as a preview: the browser itself is told to send nothing from them."""

from typing import cast

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from annotations import rendering
from annotations.models import Comparison
from vibes.models import Study
from vibes.queries import preview as read
from vibes.queries.preview import Asked
from vibes.services.studies import Plan

# No form leads anywhere, and no script reaches the server.
SENDS_NOTHING = {"form-action": NONE, "connect-src": NONE}


@require_GET
def of_study(request: HttpRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    return _shown(
        request,
        read.asked_by(study.protocol),
        read.first_of(study),
        request.GET.get("step", "verdict"),
        study,
    )


def planned(plan: Plan) -> Asked:
    return Asked(
        plan.shown_title,
        plan.instructions,
        plan.consent,
        plan.rubric,
        plan.session_length,
        plan.recognise_rate,
        plan.replay,
    )


def of_plan(request: HttpRequest, asked: Asked, step: str) -> HttpResponse:
    """Before there is a study: no address of its own, the builder's form leads here."""
    return _shown(request, asked, read.example(), step, None)


def _shown(
    request: HttpRequest, asked: Asked, comparison: Comparison, step: str, study: Study | None
) -> HttpResponse:
    steps = asked.steps()
    step = step if step in steps else "verdict"
    context: dict[str, object] = {
        "study": study,
        "steps": steps,
        "step": step,
        "example": comparison.pk is None,
        "page": read.page(asked, comparison, step),
        "instructions_html": SafeString(rendering.render(asked.instructions)),
        "consent_html": SafeString(rendering.render(asked.consent)),
    }
    return _sending_nothing(request, context)


def _sending_nothing(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    @csp_replace(SENDS_NOTHING)
    def drawn(request: HttpRequest) -> HttpResponseBase:
        return render(request, "vibes/preview.html", context)

    return cast(HttpResponse, drawn(request))

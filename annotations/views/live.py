"""As much as may be seen of the answers to the rater's own prompt."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from annotations.models import Assignment
from annotations.queries import access, live, rating_page
from annotations.views import problems


@never_cache
@require_GET
def growing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A fragment that is asked for again and again: it holds nobody's thread while an answer is awaited. Empty at the end."""
    if access.session_of(request) is None:
        return problems.no_session(request)
    assignment = access.own_assignment(request, public_id)
    if assignment is None:
        return HttpResponse("That comparison is not among yours.", status=404)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("annotations:rate")
    is_live = assignment.state == Assignment.State.DEALT and rating_page.writing(assignment) == "live"
    context = {"growing": live.released(assignment) if is_live else None}
    return render(request, "annotations/_growing.html", context)

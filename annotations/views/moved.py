"""What is asked has changed: the rater goes on under the new protocol, with its instructions and a consent of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from annotations.models import RatingSession
from annotations.services import successions


def go_on(request: HttpRequest, session: RatingSession) -> HttpResponse:
    """To the page that says so. Under htmx the browser is sent to the whole page."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("annotations:rate")})
    successions.follow(session=session)
    return redirect("annotations:welcome")

"""What a rater sees whom the lead has paused or excluded, or whose study is paused or closed: nothing is lost, and nothing
more is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from annotations.models import Opening, Rater, RatingSession
from annotations.queries import dealing, judgements, openings, rating_page
from annotations.services import raters


def is_reached(session: RatingSession) -> bool:
    """Whether this rater gets no further comparison now. What is still asked of the last answer comes first, and what was
    taken back to be answered again; who is done with the session sees its end."""
    if session.rater.standing == Rater.Standing.ACTIVE and _opening(session) == Opening.State.OPEN:
        return False
    if judgements.taken_back(session):
        return False
    return rating_page.step_pending(session) is None and dealing.judged(session) < session.length


def page(request: HttpRequest, session: RatingSession) -> HttpResponse:
    """Under htmx the browser is sent to the whole page. Paused and excluded read the same: neither is a reproach."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("annotations:rate")})
    context = {
        "title": session.protocol.title,
        "done": dealing.judged(session),
        "length": session.length,
        "resume_code": raters.resume_code(session.rater),
        "opening": _opening(session).value,
    }
    return render(request, "annotations/rater_paused.html", context)


def _opening(session: RatingSession) -> Opening.State:
    return openings.state_of(session.protocol)

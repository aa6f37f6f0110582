"""The rating page: one comparison, one verdict, the next. A plain POST works; htmx swaps the room's region."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations.forms import KeyForm, LeanForm, VerdictForm
from annotations.models import Assignment, RatingSession
from annotations.queries import access, dealing, rating_page
from annotations.services import dealing as deal
from annotations.services import judgements, raters, sessions
from annotations.verdicts import UnknownVerdict
from annotations.views import problems


@never_cache
@require_GET
def rate(request: HttpRequest) -> HttpResponse:
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    if session.consented_at is None:
        return redirect("annotations:welcome")
    return _next(request, session)


@require_POST
def verdict(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def record(assignment: Assignment, session: RatingSession) -> None:
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise judgements.Refused(_first_error(form))
        judgements.record(assignment=assignment, rater=session.rater, answer=form.answer())

    return _answer(request, public_id, record)


@require_POST
def lean(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def add(assignment: Assignment, session: RatingSession) -> None:
        form = LeanForm(request.POST)
        if not form.is_valid():
            raise judgements.Refused(_first_error(form))
        judgements.add_lean(assignment=assignment, rater=session.rater, **form.cleaned_data)

    return _answer(request, public_id, add)


@require_POST
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def retract(assignment: Assignment, session: RatingSession) -> None:
        form = KeyForm(request.POST)
        if not form.is_valid():
            raise judgements.Refused(_first_error(form))
        judgements.retract(assignment=assignment, rater=session.rater, key=form.cleaned_data["key"])

    return _answer(request, public_id, retract, saved=False)


@require_POST
def skip(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def give_back(assignment: Assignment, _session: RatingSession) -> None:
        deal.give_back(assignment=assignment, state=Assignment.State.SKIPPED)

    return _answer(request, public_id, give_back, saved=False)


@require_POST
def broken(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def report(assignment: Assignment, _session: RatingSession) -> None:
        deal.give_back(assignment=assignment, state=Assignment.State.BROKEN)

    return _answer(request, public_id, report, saved=False)


def _answer(
    request: HttpRequest,
    public_id: uuid.UUID,
    act: Callable[[Assignment, RatingSession], None],
    saved: bool = True,
) -> HttpResponse:
    """Runs one act on the rater's own assignment; then the next page, or what went wrong in place of it."""
    session = access.session_of(request)
    if session is None or session.consented_at is None:
        return problems.no_session(request)
    assignment = access.own_assignment(session, public_id)
    if assignment is None:
        return _next(
            request, session, status=404, notice="That comparison is not among yours. Here is your next one."
        )
    try:
        act(assignment, session)
    except judgements.Stale:
        notice = (
            "That comparison was already answered or given back, in another tab perhaps. Nothing was changed."
        )
        return _next(request, session, status=409, notice=notice)
    except (judgements.Refused, UnknownVerdict) as error:
        return _next(request, session, status=422, notice=f"Not saved. {error}")
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("annotations:rate")
    return _next(request, session, saved=saved)


def _first_error(form: VerdictForm | LeanForm | KeyForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{name}: {errors[0]}"


def _next(
    request: HttpRequest, session: RatingSession, *, status: int = 200, notice: str = "", saved: bool = False
) -> HttpResponse:
    """The pending lean, else the next comparison, else the end."""
    assignment = rating_page.lean_pending(session) or deal.deal_next(session=session)
    if assignment is None:
        return _finished(request, session)
    deal.mark_served(assignment=assignment)
    context = {"page": rating_page.of(assignment, saved=saved, notice=notice)}
    template = "annotations/_comparison.html" if request.htmx else "annotations/rate.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _finished(request: HttpRequest, session: RatingSession) -> HttpResponse:
    """The session is full, or nothing is left for this rater. Under htmx the browser is sent to the whole page."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("annotations:rate")})
    done = dealing.judged(session)
    more = dealing.allowed(session).exists()
    context = {
        "title": session.protocol.title,
        "done": done,
        "resume_code": raters.resume_code(session.rater),
        "more": more,
        "another_url": reverse("annotations:another"),
    }
    if done >= session.length:
        sessions.end(session=session)
        return render(request, "annotations/done.html", context)
    return render(request, "annotations/none_left.html", context)

"""The rating page: one comparison, one verdict, the next. A plain POST works; htmx swaps the room's region."""

import uuid
from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations.forms import DetailsForm, KeyForm, LeanForm, VerdictForm
from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries import access, dealing, links, rating_page
from annotations.rubrics import Questions
from annotations.services import dealing as deal
from annotations.services import judgements, raters, sessions
from annotations.services.details import Refused
from annotations.verdicts import UnknownVerdict
from annotations.views import problems, stopped


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
    def record(assignment: Assignment, session: RatingSession) -> Judgement:
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise Refused(_first_error(form))
        return judgements.record(assignment=assignment, rater=session.rater, answer=form.answer())

    return _answer(request, public_id, record)


@require_POST
def lean(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def add(assignment: Assignment, session: RatingSession) -> Judgement:
        form = LeanForm(request.POST)
        if not form.is_valid():
            raise Refused(_first_error(form))
        return judgements.add_lean(assignment=assignment, rater=session.rater, **form.cleaned_data)

    return _answer(request, public_id, add)


@require_POST
def details(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def add(assignment: Assignment, session: RatingSession) -> Judgement:
        form = DetailsForm(Questions.of(session.protocol.questions), request.POST)
        if not form.is_valid():
            raise Refused(_first_error(form))
        return judgements.add_details(
            assignment=assignment, rater=session.rater, details=form.details(), key=form.cleaned_data["key"]
        )

    return _answer(request, public_id, add)


@require_POST
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def retract(assignment: Assignment, session: RatingSession) -> Judgement:
        form = KeyForm(request.POST)
        if not form.is_valid():
            raise Refused(_first_error(form))
        return judgements.retract(assignment=assignment, rater=session.rater, key=form.cleaned_data["key"])

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
    act: Callable[[Assignment, RatingSession], Judgement | None],
    saved: bool = True,
) -> HttpResponse:
    """Runs one act on the rater's own assignment; then the next page, or what went wrong in place of it."""
    assignment = access.own_assignment(request, public_id)
    current = assignment and assignment.session.ended_at is None
    session = assignment.session if assignment and current else access.session_of(request)
    if session is None or session.consented_at is None:
        return problems.no_session(request)
    if assignment is None:
        return _next(
            request, session, status=404, notice="That comparison is not among yours. Here is your next one."
        )
    try:
        judgement = act(assignment, session)
    except judgements.Stale:
        notice = (
            "That comparison was already answered or given back, in another tab perhaps. Nothing was changed."
        )
        return _next(request, session, status=409, notice=notice)
    except (Refused, UnknownVerdict) as error:
        return _next(request, session, status=422, notice=f"Not saved. {error}")
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("annotations:rate")
    return _next(request, session, saved=saved, after=judgement)


def _first_error(form: Form) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{name}: {errors[0]}"


def _next(
    request: HttpRequest,
    session: RatingSession,
    *,
    status: int = 200,
    notice: str = "",
    saved: bool = False,
    after: Judgement | None = None,
) -> HttpResponse:
    """What is still asked of the last answer, else the next comparison, else the end. `after`: that answer, where it is
    at hand."""
    if stopped.is_reached(session):
        return stopped.page(request, session)
    asked = rating_page.step_pending(session, after)
    assignment = asked or deal.deal_next(session=session, served=True)
    if assignment is None:
        return _finished(request, session)
    answer = after if asked else None
    context = {"page": rating_page.of(assignment, after=answer, saved=saved, notice=notice)}
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
        "resume_code": raters.resume_code(session.rater) if links.needs_code(session.rater) else "",
        "completion_url": links.completion_url(session.rater),
        "more": more,
        "another_url": reverse("annotations:another"),
    }
    if done >= session.length:
        sessions.end(session=session)
        return render(request, "annotations/done.html", context)
    return render(request, "annotations/none_left.html", context)

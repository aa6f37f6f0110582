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
from annotations.queries import access, dealing, links, moves, own_prompts, places, rating_page, sets
from annotations.rubrics import Questions
from annotations.services import ahead, judgements, raters, sessions
from annotations.services import dealing as deal
from annotations.services import own_prompts as own
from annotations.services.details import Refused
from annotations.verdicts import UnknownVerdict
from annotations.views import moved, problems, stopped, training


@never_cache
@require_GET
def rate(request: HttpRequest) -> HttpResponse:
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    if session.consented_at is None and not moves.is_due(session):
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
def feedback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """In training: what was expected has been read."""

    def acknowledge(assignment: Assignment, session: RatingSession) -> Judgement:
        form = KeyForm(request.POST)
        if not form.is_valid():
            raise Refused(_first_error(form))
        return judgements.acknowledge(
            assignment=assignment, rater=session.rater, key=form.cleaned_data["key"]
        )

    return _answer(request, public_id, acknowledge)


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
        _not_in_training(assignment)
        _give_back(assignment, Assignment.State.SKIPPED)

    return _answer(request, public_id, give_back, saved=False)


@require_POST
def broken(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    def report(assignment: Assignment, _session: RatingSession) -> None:
        _not_in_training(assignment)
        _give_back(assignment, Assignment.State.BROKEN)

    return _answer(request, public_id, report, saved=False)


def _give_back(assignment: Assignment, state: Assignment.State) -> None:
    """With what is dealt behind it, for the schedule counts what is judged. Each in a transaction of its own, so that two
    raters who give back and take do not wait for each other."""
    if deal.give_back(assignment=assignment, state=state):
        ahead.drop(session=assignment.session)


def _not_in_training(assignment: Assignment) -> None:
    """A round that could be skipped through would tell nothing."""
    if assignment.purpose == Assignment.Purpose.TRAINING:
        raise Refused("In the training round every comparison is answered; a tie is an answer too.")


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
    if moves.is_due(session):
        return moved.go_on(request, session)
    if stopped.is_reached(session):
        return stopped.page(request, session)
    asked = rating_page.step_pending(session, after)
    holds = _held(request)
    dealt = _dealt(session, asked, holds is not None)
    if dealt.shown is None:
        return _finished(request, session)
    page = rating_page.of(
        dealt.shown,
        places=dealt.places,
        after=after if asked else None,
        saved=saved,
        notice=notice,
        ahead=dealt.ahead,
        holds=holds or (),
    )
    context = {"page": page, "own_prompt_url": _own_prompt_url(page.own_prompts)}
    template = "annotations/_comparison.html" if request.htmx else "annotations/rate.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _held(request: HttpRequest) -> frozenset[str] | None:
    """The ids of the comparisons that the page has rendered: the one on show, and the one ahead. None where it has no
    script to show one that lies ahead."""
    told = request.headers.get("Room-Holds")
    return None if told is None else frozenset(told.split())


def _dealt(session: RatingSession, asked: Assignment | None, with_ahead: bool) -> ahead.Dealt:
    if asked:
        found = places.of(session)
        return ahead.Dealt(asked, found.behind(asked) if with_ahead else None, found)
    return ahead.deal(session=session, two=with_ahead)


def _names_url(session: RatingSession) -> str:
    """Where the rater may see who wrote what, a page beyond this room; empty where they may not."""
    number = sets.reveal_number(session)
    return reverse("reveal", args=[number]) if number else ""


def _own_prompt_url(left: int) -> str:
    """Where the rater may write a prompt of their own, a page beyond this room; empty where they may not."""
    return reverse("own_prompt") if left else ""


def _finished(request: HttpRequest, session: RatingSession) -> HttpResponse:
    """The session is full, or nothing is left for this rater. Under htmx the browser is sent to the whole page."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("annotations:rate")})
    done = dealing.judged(session)
    if session.training and done >= session.length:
        return training.end(request, session)
    more = moves.more(session)
    context = {
        "title": session.protocol.title,
        "done": done,
        "resume_code": raters.resume_code(session.rater) if links.needs_code(session.rater) else "",
        "completion_url": links.completion_url(session.rater),
        "more": more,
        "another_url": reverse("annotations:another"),
        "names_url": _names_url(session),
        "revealed": session.revealed_at is not None,
        "own_prompt_url": _own_prompt_url(own_prompts.left(session)) if done < session.length else "",
        "own_prompts_url": reverse("own_prompt") if own.asked_later(session) else "",
    }
    if done >= session.length:
        sessions.end(session=session)
        return render(request, "annotations/done.html", context)
    return render(request, "annotations/none_left.html", context)

"""Before, between and after: welcome and consent, pause, another session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations import rendering
from annotations.forms import ConsentForm
from annotations.models import RatingSession
from annotations.queries import access, dealing, links, moves
from annotations.services import own_prompts, raters, sessions, successions, training
from annotations.views import moved, problems

SECONDS_A_COMPARISON = 30


@never_cache
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Consent and instructions; the resume code is shown here."""
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    if moves.is_due(session):
        session = successions.follow(session=session)
    return _welcome(request, session)


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    if moves.is_due(session):
        return moved.go_on(request, session)
    if not ConsentForm(request.POST).is_valid():
        return _welcome(
            request, session, "Tick the box if you agree; without it nothing can be recorded.", 422
        )
    sessions.consent(session=session)
    session.refresh_from_db(fields=["consented_at"])
    return _begin(session)


@never_cache
def pause(request: HttpRequest) -> HttpResponse:
    """Nothing is lost by leaving: says so, with the code to go on elsewhere."""
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    context = {
        "title": session.protocol.title,
        "done": dealing.judged(session),
        "length": session.length,
        "resume_code": _code(session),
    }
    return render(request, "annotations/paused.html", context)


@require_POST
def another(request: HttpRequest) -> HttpResponse:
    """A further session of the same rater, or a further round of training."""
    session = access.session_of(request)
    if session is None:
        return problems.no_session(request)
    # Sent twice, the second one finds the session that the first one opened.
    return _begin(training.open_next(rater=session.rater, protocol=moves.next_protocol(session)))


def _begin(session: RatingSession) -> HttpResponse:
    """To the room; where prompts are asked of the rater before a set, by their page, which lies beyond this room."""
    if session.consented_at is not None and own_prompts.asked_later(session):
        return redirect(f"{reverse('own_prompt')}?begin")
    return redirect("annotations:rate")


def _code(session: RatingSession) -> str:
    """Empty where the link's outside id opens other browsers as well."""
    return raters.resume_code(session.rater) if links.needs_code(session.rater) else ""


def _welcome(
    request: HttpRequest, session: RatingSession, error: str | None = None, status: int = 200
) -> HttpResponse:
    protocol = session.protocol
    minutes = max(round(session.length * SECONDS_A_COMPARISON / 60), 1)
    kind = "comparisons to begin with, as training" if session.training else "comparisons"
    context = {
        "title": protocol.title,
        "training": session.training,
        "changed": session.consented_at is None and moves.asked_before(session),
        "consent_html": SafeString(rendering.render(protocol.consent)),
        "instructions_html": SafeString(rendering.render(protocol.instructions)),
        "resume_code": _code(session),
        "estimate": f"{session.length} {kind}, about {minutes} minutes",
        "consented": session.consented_at is not None,
        "error": error,
    }
    return render(request, "annotations/welcome.html", context, status=status)

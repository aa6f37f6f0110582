"""Rating links: the landing page, beginning, and going on from another browser."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations.forms import ResumeForm
from annotations.models import Invitation, Rater
from annotations.queries import access
from annotations.services import raters, sessions

# Wrong resume codes that one link takes in ten minutes.
CODE_TRIES = 20
CODE_SECONDS = 600
NO_PLACE = "This link was made for one person and is in use. Enter the resume code to go on here."
WRONG_CODE = "No rating session has this code. It stands on the first page you saw, ten letters and digits."
TOO_MANY = "Too many wrong codes for this link. Wait ten minutes and try again."


@never_cache
@require_GET
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Resumes in the browser that began; elsewhere offers to begin, or to go on with a resume code."""
    invitation = Invitation.objects.select_related("protocol").filter(token=token).first()
    if invitation and not access.problem_of(invitation) and _own(request, invitation):
        return redirect("annotations:rate")
    return _page(request, invitation, token)


@require_POST
def begin(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("protocol").filter(token=token).first()
    if invitation is None or access.problem_of(invitation):
        return _page(request, invitation, token)
    if _own(request, invitation):
        return redirect("annotations:rate")
    try:
        rater = raters.begin(invitation=invitation)
    except raters.NoPlaceLeft:
        return _page(request, invitation, token)
    return _enter(request, invitation, rater)


@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("protocol").filter(token=token).first()
    if invitation is None or access.problem_of(invitation):
        return _page(request, invitation, token)
    if _tries(invitation) > CODE_TRIES:
        return _page(request, invitation, token, TOO_MANY, status=429)
    form = ResumeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    rater = Rater.objects.filter(
        resume_digest=raters.resume_digest(code),
        sessions__protocol=invitation.protocol,
        kind=Rater.Kind.PERSON,
    ).first()
    if rater is None:
        return _page(request, invitation, token, WRONG_CODE, status=422)
    return _enter(request, invitation, rater)


def _own(request: HttpRequest, invitation: Invitation) -> bool:
    """Whether this browser began under this link's protocol before."""
    session = access.session_of(request)
    return session is not None and session.protocol_id == invitation.protocol_id


def _enter(request: HttpRequest, invitation: Invitation, rater: Rater) -> HttpResponse:
    """Binds the browser to the rater; a fresh session key, so that a planted cookie gains nothing."""
    request.session.cycle_key()
    request.session[access.RATER_KEY] = rater.pk
    request.session[access.PROTOCOL_KEY] = invitation.protocol_id
    sessions.open_session(rater=rater, protocol=invitation.protocol)
    return redirect("annotations:welcome")


def _tries(invitation: Invitation) -> int:
    """Counts this try against the link's allowance."""
    name = f"resume-tries:{invitation.pk}"
    cache.add(name, 0, CODE_SECONDS)
    return int(cache.incr(name))


def _page(
    request: HttpRequest,
    invitation: Invitation | None,
    token: str,
    error: str | None = None,
    status: int = 200,
) -> HttpResponse:
    problem = access.problem_of(invitation) or None
    places = invitation is not None and invitation.taken < invitation.places
    context = {
        "study_title": invitation.protocol.title if invitation and not problem else "",
        "can_start": problem is None and places,
        "can_resume": problem is None,
        "problem": problem,
        "notice": NO_PLACE if problem is None and not places else None,
        "resume_error": error,
        "token": token,
    }
    if problem:
        status = 404 if invitation is None else 410
    return render(request, "annotations/invitation.html", context, status=status)

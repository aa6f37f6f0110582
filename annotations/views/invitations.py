"""Rating links: the landing page, beginning, and going on from another browser."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from annotations.forms import ResumeForm
from annotations.models import Invitation, Rater
from annotations.queries import access, links
from annotations.services import raters, training

# Wrong resume codes that one link takes in ten minutes.
CODE_TRIES = 20
CODE_SECONDS = 600
FULL = "As many people as were asked for have begun by this link: there is no place left."
RESUME = "Are you one of them? Enter your resume code to go on here."
NO_PLACE = "This link was made for one person and is in use. Enter the resume code to go on here."
WRONG_CODE = "No rating session has this code. It stands on the first page you saw, ten letters and digits."
TOO_MANY = "Too many wrong codes for this link. Wait ten minutes and try again."


@never_cache
@require_GET
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Resumes in the browser that began; elsewhere offers to begin, or to go on with a resume code."""
    invitation = _invitation(token)
    if invitation is None or access.problem_of(invitation):
        return _page(request, invitation, token)
    given = request.GET.get(invitation.outside_parameter, "").strip()
    if _own(request, invitation, given):
        return redirect("annotations:rate")
    return _page(request, invitation, token, given=given)


@require_POST
def begin(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(token)
    if invitation is None or access.problem_of(invitation):
        return _page(request, invitation, token)
    given = request.POST.get("outside_id", "").strip()
    if _own(request, invitation, given):
        return redirect("annotations:rate")
    try:
        rater = raters.begin(invitation=invitation, outside_id=given)
    except (raters.NoPlaceLeft, raters.NoSuchId):
        return _page(request, invitation, token, given=given)
    return _enter(request, invitation, rater)


@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(token)
    if invitation is None or access.problem_of(invitation):
        return _page(request, invitation, token)
    if _tries(invitation) > CODE_TRIES:
        return _page(request, invitation, token, TOO_MANY, status=429)
    form = ResumeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    rater = Rater.objects.filter(
        resume_digest=raters.resume_digest(code),
        invitation__protocol=invitation.protocol,
        kind=Rater.Kind.PERSON,
    ).first()
    if rater is None:
        return _page(request, invitation, token, WRONG_CODE, status=422)
    return _enter(request, invitation, rater)


def _invitation(token: str) -> Invitation | None:
    return Invitation.objects.select_related("protocol").filter(token=token).first()


def _own(request: HttpRequest, invitation: Invitation, given: str) -> bool:
    """Whether this browser began by this link, or by another one to the same rating, as the person whom the address names
    (if it does). What is asked may have changed since."""
    session = access.session_of(request)
    link = session.rater.invitation if session else None
    if session is None or link is None or link.protocol_id != invitation.protocol_id:
        return False
    if not invitation.outside_parameter:
        return True
    return session.rater.invitation_id == invitation.pk and given in ("", session.rater.outside_id)


def _enter(request: HttpRequest, invitation: Invitation, rater: Rater) -> HttpResponse:
    """Binds the browser to the rater; a fresh session key, so that a planted cookie gains nothing."""
    request.session.cycle_key()
    request.session[access.RATER_KEY] = rater.pk
    # Who is done comes back to the end of that session, and not into another.
    if not rater.sessions.exists():
        training.open_next(rater=rater, protocol=invitation.protocol)
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
    given: str = "",
) -> HttpResponse:
    problem = access.problem_of(invitation)
    if invitation is None or problem:
        context: dict[str, object] = {"problem": problem}
        return render(
            request, "annotations/invitation.html", context, status=404 if invitation is None else 410
        )
    nameless = _nameless(invitation, given)
    known = not nameless and links.known(invitation, given)
    places = invitation.taken < invitation.places or known
    context = {
        "study_title": invitation.protocol.title,
        "can_start": places and not nameless,
        "can_resume": not invitation.outside_parameter,
        "known": known,
        "problem": nameless,
        "notice": _no_place(invitation) if not places and not nameless else None,
        "resume_error": error,
        "token": token,
        "outside_id": given,
    }
    return render(request, "annotations/invitation.html", context, status=422 if nameless else status)


def _nameless(invitation: Invitation, given: str) -> str:
    """Why the address says too little of who came; empty where it says enough."""
    if not invitation.outside_parameter:
        return ""
    try:
        raters.kept_id(given)
    except raters.NoSuchId as error:
        return str(error)
    return ""


def _no_place(invitation: Invitation) -> str:
    if invitation.outside_parameter:
        return FULL
    return NO_PLACE if invitation.places == 1 else f"{FULL} {RESUME}"

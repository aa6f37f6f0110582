"""Where a study's rating stands, and who rates: pause, exclude, readmit."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.models import Rater, User
from annotations.services import openings, standing
from vibes.forms.standing import ReasonForm
from vibes.models import Study
from vibes.queries import rating_progress, study_rating_page, versions
from vibes.queries.amounts import counted
from vibes.views.access import team_member
from vibes.views.chosen_version import study_of

RATERS_A_PAGE = 100
KINDS = {"people": "person", "simulated": "simulated"}


@require_GET
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, or under htmx the region of it that polls itself. `raters` chooses people or simulated ones."""
    study = study_of(request, pk)
    version = versions.place(study)
    kind = KINDS.get(request.GET.get("raters", ""), "")
    progress = rating_progress.progress(study, kind=kind, now=timezone.now())
    reliability = rating_progress.reliability(study, progress.kind)
    ordered = study_rating_page.order(progress, reliability)
    pages = Paginator(ordered, RATERS_A_PAGE).get_page(request.GET.get("page"))
    past = version is not None and not version.is_newest
    shown = study_rating_page.page(progress, reliability, list(pages), study.protocol, past=past)
    context = {
        "study": study,
        "version": version,
        "rating": shown,
        "pages": pages,
        "raters": "simulated" if shown.simulated else "people",
        "simulated": shown.simulated,
        "section": "studies",
        "tab": "rating",
    }
    fragment = request.headers.get("HX-Request")
    return render(request, "vibes/_study_rating.html" if fragment else "vibes/study_rating.html", context)


@require_http_methods(["GET", "POST"])
def change_standing(request: HttpRequest, pk: int, rater: uuid.UUID, verb: str) -> HttpResponse:
    """Asks for the reason, then does one of `VERBS`."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    asked = study.versions.values("protocol")
    raters = Rater.objects.filter(sessions__protocol__in=asked).distinct()
    found = get_object_or_404(raters, public_id=rater)
    if verb not in VERBS:
        raise Http404(f"There is no verb {verb}.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        did = VERBS[verb](team_member(request), found, form.cleaned_data["reason"])
        if did:
            messages.success(request, did)
        else:
            messages.info(request, "Nothing was changed: this was done before.")
        return redirect("study_rating", pk)
    context = {
        "study": study,
        "rater": found,
        "short_id": str(found.public_id)[:8],
        "standing": Rater.Standing(found.standing).name.lower(),
        "verb": verb,
        "counts": next((r for r in rating_progress.rater_counts(study) if r.pk == found.pk), None),
        "history": rating_progress.history(found),
        "form": form,
        "section": "studies",
        "tab": "rating",
    }
    return render(
        request, "vibes/study_rating_standing.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
def change_opening(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pauses, closes or opens the rating for everybody."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    if verb not in OPENINGS:
        raise Http404(f"There is no verb {verb}.")
    change, said = OPENINGS[verb]
    if change(by=team_member(request), protocol=study.protocol):
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was changed: this was done before.")
    return redirect("study_rating", pk)


OPENINGS = {
    "pause": (
        openings.pause,
        "Rating is paused. Raters see a page that says so; what is on their screens is taken.",
    ),
    "close": (openings.close, "Rating is closed. Nobody can begin or go on; open it again at any time."),
    "reopen": (openings.reopen, "Rating is open."),
}


def _name(rater: Rater) -> str:
    return f"Rater {str(rater.public_id)[:8]}"


def _pause(by: User, rater: Rater, reason: str) -> str:
    if not standing.pause(by=by, rater=rater, reason=reason):
        return ""
    return f"{_name(rater)} is paused and gets no further comparison. What was judged counts."


def _exclude(by: User, rater: Rater, reason: str) -> str:
    freed = standing.exclude(by=by, rater=rater, reason=reason)
    if freed is None:
        return ""
    return (
        f"{_name(rater)} is excluded. {counted(freed, 'place')} will be dealt to others; nothing is deleted."
    )


def _readmit(by: User, rater: Rater, reason: str) -> str:
    extra = standing.readmit(by=by, rater=rater, reason=reason)
    if extra is None:
        return ""
    told = f"{_name(rater)} is readmitted, and all judgements count."
    if not extra:
        return told
    return f"{told} {counted(extra, 'place')} had been taken meanwhile: so many judgements more than wanted."


VERBS: dict[str, Callable[[User, Rater, str], str]] = {
    "pause": _pause,
    "exclude": _exclude,
    "readmit": _readmit,
}

"""Studies: the list, and one study while it collects."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.models import Invitation
from annotations.queries import access
from annotations.services import invitations
from vibes.forms import CrowdForm, InvitationForm
from vibes.models import SimulatedCrowd, Study
from vibes.queries import studies as read
from vibes.queries.fetching_page import FetchingPage
from vibes.services import studies as write
from vibes.services.generations import watching
from vibes.views.access import team_member


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "vibes/studies.html", {"studies": read.listing(), "section": "studies"})


@require_GET
def study(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Study.objects.select_related("protocol", "baseline"), pk=pk)
    invitation_list = [_link(request, i) for i in read.invitations(found)]
    context = _progress(found) | {
        "links": invitation_list,
        "crowd_form": CrowdForm(),
        "invitation_form": InvitationForm(),
        "classes": read.classes(found),
        "section": "studies",
        "tab": "collect",
    }
    return render(request, "vibes/study.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The region that polls itself while something is under way. Its buttons come again where others are wanted by now:
    `controls` says which the page shows."""
    found = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    context = _progress(found)
    fetching = cast(FetchingPage, context["fetching"])
    context["fragment"] = True
    context["new_controls"] = request.GET.get("controls") != fetching.controls.signature
    return render(request, "vibes/_study_progress.html", context)


def _progress(study: Study) -> dict[str, object]:
    fetching = watching.watch(study)
    crowd = study.crowds.order_by("-pk").first()
    simulating = crowd is not None and crowd.state in (
        SimulatedCrowd.State.QUEUED,
        SimulatedCrowd.State.RUNNING,
    )
    collected, pairs = read.collected(study), read.pairs(study)
    pairing = collected.comparisons < pairs and not fetching.controls.resume
    return {
        "study": study,
        "fetching": fetching,
        "progress": fetching.progress,
        "collected": collected,
        "pairs": pairs,
        "crowd": crowd,
        "crowd_total": crowd.raters * crowd.judgements_each if crowd else 0,
        "simulating": simulating,
        "moving": simulating or fetching.moving or pairing,
        "every": 1 if simulating or pairing else fetching.every,
    }


def _link(request: HttpRequest, invitation: Invitation) -> dict[str, object]:
    return {
        "invitation": invitation,
        "url": request.build_absolute_uri(read.invitation_path(invitation)),
        "problem": access.closed_by(invitation),
    }


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Study, pk=pk)
    form = InvitationForm(request.POST)
    if form.is_valid():
        write.invite(by=team_member(request), study=found, **form.cleaned_data)
    else:
        messages.error(request, "No link was made: places are 1 to 100,000 and days 1 to 365.")
    return redirect("study", pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    invitations.withdraw(by=team_member(request), invitation=invitation)
    messages.success(request, "The link is withdrawn. Sessions that have begun stay as they are.")
    return redirect("study", get_object_or_404(Study, protocol=invitation.protocol_id).pk)

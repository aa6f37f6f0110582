"""Studies: the list, and one study while it collects."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from annotations.models import Opening
from annotations.queries import openings
from vibes.forms import CrowdForm, InvitationForm
from vibes.models import SimulatedCrowd, Study
from vibes.queries import edits as read_edits
from vibes.queries import rating_links, versions
from vibes.queries import studies as read
from vibes.queries.fetching_page import FetchingPage
from vibes.services.generations import watching


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "vibes/studies.html", {"studies": read.listing(), "section": "studies"})


@require_GET
def study(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Study.objects.select_related("protocol", "baseline"), pk=pk)
    return page(request, found, InvitationForm())


def page(
    request: HttpRequest, found: Study, invitation_form: InvitationForm, status: int = 200
) -> HttpResponse:
    context = _progress(found) | {
        "links": rating_links.of(found, request.build_absolute_uri),
        "crowd_form": CrowdForm(),
        "invitation_form": invitation_form,
        "classes": read.classes(found),
        "unopened": openings.state_of(found.protocol) == Opening.State.NOT_YET,
        "version": versions.place(found),
        "section": "studies",
        "tab": "collect",
    }
    return render(request, "vibes/study.html", context, status=status)


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
    collected, pairs, edits = read.collected(study), read.pairs(study), read_edits.waiting(study)
    paired = edits.paired if edits else collected.comparisons
    pairing = paired < pairs and not fetching.controls.resume
    return {
        "study": study,
        "fetching": fetching,
        "progress": fetching.progress,
        "collected": collected,
        "pairs": pairs,
        "edits": edits,
        "crowd": crowd,
        "crowd_total": crowd.raters * crowd.judgements_each if crowd else 0,
        "simulating": simulating,
        "moving": simulating or fetching.moving or pairing,
        "every": 1 if simulating or pairing else fetching.every,
    }

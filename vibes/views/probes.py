"""Probes: started, watched, read. For the team alone: every page names the endpoints."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.models import User
from vibes import tasks
from vibes.forms import ProbeForm
from vibes.models import Endpoint, ProbeRun
from vibes.probes.families import FAMILIES
from vibes.queries import probe_answers, probe_runs
from vibes.queries.amounts import counted
from vibes.services import probes
from vibes.services.estimates import Estimate
from vibes.services.generations import probing
from vibes.views.access import team_member

RUNS, ANSWERS = 50, 100
SECTION = {"section": "probes"}


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The runs, and the form that starts one. What may cost money is told before it is asked."""
    form = ProbeForm(request.POST or None, initial={"statements": request.GET.get("statements")})
    told: Estimate | None = None
    if request.method == "POST" and form.is_valid():
        endpoints, families = list(form.cleaned_data["endpoints"]), form.cleaned_data["families"]
        statements = form.cleaned_data["statements"]
        told = probes.expected(endpoints=endpoints, families=families, statements=statements)
        if "estimate" not in request.POST and (
            not told.may_cost or request.POST.get("agreed") == told.agreed
        ):
            run = probes.create(
                by=team_member(request),
                endpoints=endpoints,
                families=families,
                judge=form.cleaned_data["judge"],
                statements=statements,
            )
            tasks.pump_generations.delay_on_commit()
            return redirect("probe_run", run.pk)
    context = SECTION | {
        "form": form,
        "estimate": told,
        "page": Paginator(probe_runs.listing(), RUNS).get_page(request.GET.get("page")),
        "any_endpoint": Endpoint.objects.filter(archived_at=None).exists(),
    }
    return render(request, "vibes/probes.html", context, status=422 if form.errors else 200)


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProbeRun.objects.select_related("created_by", "judge", "statements"), pk=pk)
    tables = probe_runs.tables(found)
    context = _progress(found) | {
        "tables": tables,
        "findings": list(probe_runs.findings(tables)),
        "families": probe_runs.titles(found),
    }
    if tables:
        from vibes.charts.report_page import MAP_STYLES_ID
        from vibes.queries import probe_profile

        context |= {"card": probe_profile.card(found), "map_styles_id": MAP_STYLES_ID}
    return render(request, "vibes/probe_run.html", context)


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The region that polls itself; once the run is scored the page is loaded anew."""
    found = get_object_or_404(ProbeRun, pk=pk)
    response = render(request, "vibes/_probe_progress.html", _progress(found))
    if found.ended:
        response["HX-Refresh"] = "true"
    return response


def _progress(found: ProbeRun) -> dict[str, object]:
    return SECTION | {
        "run": found,
        "asking": not found.ended,
        "progress": probe_runs.progress(found),
    }


@require_POST
def control(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Does one of `VERBS` and goes back to the run."""
    found = get_object_or_404(ProbeRun, pk=pk)
    if verb not in VERBS:
        raise Http404(f"There is no verb {verb}.")
    messages.success(request, VERBS[verb](team_member(request), found))
    tasks.pump_generations.delay_on_commit()
    return redirect("probe_run", pk)


def _pause(by: User, found: ProbeRun) -> str:
    probing.pause(by=by, run=found)
    return "Fetching is paused. Calls in flight are finished: they are paid for."


def _resume(by: User, found: ProbeRun) -> str:
    probing.resume(by=by, run=found)
    return "Fetching goes on."


def _cancel(by: User, found: ProbeRun) -> str:
    dropped = probing.cancel(by=by, run=found)
    return (
        f"Fetching is cancelled: {counted(dropped, 'answer')} will not be asked for. What is here is scored."
    )


VERBS: dict[str, Callable[[User, ProbeRun], str]] = {"pause": _pause, "resume": _resume, "cancel": _cancel}


@require_GET
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """A hundred a page; `endpoint` and `family` narrow them down, and what they do not know is not asked."""
    found = get_object_or_404(ProbeRun.objects.select_related("statements"), pk=pk)
    endpoints = list(found.endpoints.order_by("name"))
    endpoint = next((one for one in endpoints if str(one.pk) == request.GET.get("endpoint")), None)
    family = request.GET.get("family", "")
    family = family if family in found.families and family in FAMILIES else ""
    keys = probe_answers.keys(found, endpoint=endpoint, family=family)
    page = Paginator(keys, ANSWERS).get_page(request.GET.get("page"))
    context = SECTION | {
        "run": found,
        "page": page,
        "answers": probe_answers.listed(found, list(page)),
        "endpoints": endpoints,
        "endpoint": endpoint,
        "families": probe_runs.titles(found),
        "family": family,
    }
    return render(request, "vibes/probe_answers.html", context)


@require_GET
def as_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen scores as they are stored."""
    asked = ProbeRun.objects.select_related("statements")
    found = get_object_or_404(asked, pk=pk, state=ProbeRun.State.SCORED)
    values = {
        "run": found.pk,
        "statements": found.statements and found.statements.name,
        "bank": found.bank,
        "code_version": found.code_version,
        **(found.result or {}),
    }
    body = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="probes-run-{found.pk}.json"'}
    return HttpResponse(body, content_type="application/json", headers=headers)

"""A frozen run: its page, its files. The charts are loaded when one is first asked for: plotly takes half a second."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from vibes.models import AnalysisRun
from vibes.queries import runs as read
from vibes.queries import versions
from vibes.services import analyses, run_schedules
from vibes.services.run_schedules import NotScheduled
from vibes.stats.results import Report
from vibes.views.access import team_member

# Raters, ties and both-bad: what every run was asked.
USUAL = 3


@require_GET
def run(request: HttpRequest, pk: int, chapter: str = "overview") -> HttpResponse:
    """One page of the report. While the job runs, its progress; where it failed, why."""
    found = get_object_or_404(AnalysisRun.objects.select_related("study__protocol", "protocol"), pk=pk)
    context = {
        "run": found,
        "study": found.study,
        "version": versions.place(found.study, found.protocol_id) if found.study else None,
        "section": "studies" if found.study else "import",
        "tab": "results",
    }
    if found.state != AnalysisRun.State.DONE:
        return render(request, "vibes/run_waiting.html", context)
    from vibes.charts import report_page
    from vibes.charts.chapters import CHAPTERS, VIBES
    from vibes.queries import run_page, vibe_page

    if chapter not in CHAPTERS:
        raise Http404("A run has no such page.")
    vibes = vibe_page.page(found, request.GET.getlist("model")) if chapter == VIBES else None
    page = run_page.page(found, CHAPTERS[chapter], [vibes.card] if vibes and vibes.card else None)
    shown = {
        "vibes": vibes,
        "page": page,
        "simulated": page.simulated,
        "map_styles_id": report_page.MAP_STYLES_ID,
    }
    return render(request, "vibes/run.html", context | shown | _filter(found))


def _filter(run: AnalysisRun) -> dict[str, object]:
    """The filter that made this run, to be changed; `more`: something of it stands under "More"."""
    from vibes.forms import run_filter

    chosen = run_filter.chosen_by(run.specification)
    form = run_filter.RunFilterForm(study=run.study, initial=chosen)
    usual = chosen["both_bad"] == "out" and len(chosen) == USUAL
    asked = urlencode(chosen)
    kept = run.study and run.study.run_schedules.filter(specification=run.specification).first()
    return {
        "form": form,
        "more": not usual,
        "same_again": asked,
        "rest_of_address": f"&{asked}",
        "schedules": run_schedules.EVERY.items(),
        "every": kept.every_hours if kept else run_schedules.NEVER,
    }


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AnalysisRun, pk=pk)
    if found.ended:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "vibes/_run_progress.html", {"run": found})


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a run that is queued or being computed; its page says so."""
    found = get_object_or_404(AnalysisRun, pk=pk)
    analyses.cancel(by=team_member(request), run_id=found.pk)
    return redirect("run", pk)


@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """How often what this run shows is computed anew."""
    found = get_object_or_404(AnalysisRun.objects.select_related("study"), pk=pk)
    hours = request.POST.get("every", "")
    try:
        run_schedules.keep(
            by=team_member(request), run=found, every_hours=int(hours) if hours.isdecimal() else -1
        )
        messages.success(request, "Kept.")
    except NotScheduled as error:
        messages.error(request, f"Nothing was changed. {error}")
    return redirect("run", pk)


@require_GET
def as_json(request: HttpRequest, pk: int) -> HttpResponse:
    found = _done(pk)
    body = analyses.report_bytes(cast(Report, found.result))
    return _download(body, "application/json", f"{read.file_name(found)}.json")


@require_GET
def as_html(request: HttpRequest, pk: int) -> HttpResponse:
    found = _done(pk)
    from vibes.charts import report_page
    from vibes.queries import drawn

    report = cast(Report, found.result)
    body = report_page.render_html(report, read.title(found), read.label(found), drawn.every(found))
    return _download(body.encode(), "text/html; charset=utf-8", f"{read.file_name(found)}.html")


def _done(pk: int) -> AnalysisRun:
    found = get_object_or_404(AnalysisRun.objects.select_related("study"), pk=pk)
    if found.state != AnalysisRun.State.DONE:
        raise Http404("This run is not done.")
    return found


def _download(body: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)

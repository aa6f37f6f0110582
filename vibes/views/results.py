"""A study's results: finds the frozen run of the chosen raters, or makes it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from vibes import tasks
from vibes.models import AnalysisRun, Study
from vibes.queries import studies as read
from vibes.queries import unblinded, versions
from vibes.services import analyses
from vibes.views.access import team_member
from vibes.views.chosen_version import study_of

# People are never mixed with simulated raters unless asked.
RATERS = {"people": ("person",), "simulated": ("simulated",), "both": ("person", "simulated")}
TIES = ("ordinal", "davidson", "half")


@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects to the run: its address is the permalink. Without a judgement of those raters, says what to do."""
    study = study_of(request, pk)
    chosen = request.GET.get("raters", "")
    collected = read.collected(study)
    if chosen not in RATERS:
        chosen = "simulated" if collected.simulated and not collected.judgements else "people"
    ties = request.GET.get("ties", "")
    specification = analyses.specified(ties=ties if ties in TIES else "ordinal", rater_kinds=RATERS[chosen])
    if not _any(collected, chosen):
        context = {
            "study": study,
            "collected": collected,
            "chosen": chosen,
            "version": versions.place(study),
            "elsewhere": versions.with_judgements(study, RATERS[chosen]),
            "section": "studies",
            "tab": "results",
        }
        return render(request, "vibes/no_results.html", context)
    run = analyses.find_or_create(by=team_member(request), study=study, specification=specification)
    start(run, study)
    return redirect("run", run.pk)


def _any(collected: read.Collected, chosen: str) -> bool:
    return bool(
        (chosen != "simulated" and collected.judgements) or (chosen != "people" and collected.simulated)
    )


def start(run: AnalysisRun, study: Study) -> None:
    """Has a queued run computed: in the request where it is quick, else as a job with progress."""
    if run.state != AnalysisRun.State.QUEUED:
        return
    if unblinded.count(study) <= settings.ANALYSIS_ROWS_IN_REQUEST:
        analyses.compute(run_id=run.pk)
    else:
        tasks.run_analysis.delay_on_commit(run.pk)

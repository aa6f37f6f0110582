"""Results: finds the frozen run of what an address asks for, or makes it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from vibes import tasks
from vibes.forms.imports import SamplesForm
from vibes.forms.run_filter import RATERS, RunFilterForm
from vibes.models import AnalysisRun, Study
from vibes.queries import studies as read
from vibes.queries import unblinded, versions
from vibes.services import analyses
from vibes.stats.results import SpecificationRecord
from vibes.views.access import team_member
from vibes.views.chosen_version import study_of
from vibes.views.imports import keep

OVERVIEW = "overview"


@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects to a page of the run: its address is the permalink. Without a judgement of those raters, says what to do."""
    study = study_of(request, pk)
    collected = read.collected(study)
    asked = _asked(request, "simulated" if collected.simulated and not collected.judgements else "people")
    form = RunFilterForm(asked, study=study)
    if not form.is_valid():
        return _refused(request, form, study)
    chosen = form.cleaned_data["raters"]
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
    run = analyses.find_or_create(by=team_member(request), study=study, specification=specified(form))
    start(run, study)
    return _to(run, request)


@require_GET
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an imported run, asked something else."""
    first = get_object_or_404(AnalysisRun, pk=pk)
    if first.study_id is not None:
        raise Http404("This run is of a study.")
    form = RunFilterForm(_asked(request, "people"), study=None)
    if not form.is_valid():
        return _refused(request, form, None)
    run = analyses.find_or_create_again(by=team_member(request), run=first, specification=specified(form))
    if run.state == AnalysisRun.State.QUEUED:
        tasks.run_analysis.delay_on_commit(run.pk)
    return _to(run, request)


@require_POST
def add_samples(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of samples beside the judgements: the figures that rest on samples appear in a run of their own."""
    first = get_object_or_404(AnalysisRun.objects.select_related("study__protocol", "protocol"), pk=pk)
    form = SamplesForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, f"Nothing was read. {form.errors['samples'][0]}")
        return _to(first, request)
    path = keep([form.cleaned_data["samples"]])
    run = analyses.with_samples(by=team_member(request), run=first, path=path)
    if run.state == AnalysisRun.State.QUEUED:
        tasks.run_analysis.delay_on_commit(run.pk)
    return _to(run, request)


def specified(form: RunFilterForm) -> SpecificationRecord:
    asked = form.cleaned_data
    return analyses.specified(
        ties=asked["ties"],
        both_bad=asked["both_bad"],
        rater_kinds=RATERS[asked["raters"]],
        where=form.conditions,
        same=form.same,
    )


def _asked(request: HttpRequest, raters: str) -> QueryDict:
    """The address, with the usual in the place of what it leaves out or what is unknown."""
    asked = request.GET.copy()
    for name, usual in (("raters", raters), ("ties", "ordinal"), ("both_bad", "out")):
        field = RunFilterForm.base_fields[name]
        if asked.get(name) not in dict(field.choices):  # type: ignore[attr-defined]
            asked[name] = usual
    return asked


def _refused(request: HttpRequest, form: RunFilterForm, study: Study | None) -> HttpResponse:
    context = {
        "form": form,
        "study": study,
        "section": "studies" if study else "import",
        "tab": "results",
        "page": request.GET.get("page", OVERVIEW),
        "more": True,
    }
    return render(request, "vibes/results_refused.html", context, status=422)


def _to(run: AnalysisRun, request: HttpRequest) -> HttpResponse:
    """The page of the run on which the filter was set."""
    from vibes.charts.chapters import CHAPTERS

    page = (request.POST or request.GET).get("page", OVERVIEW)
    if page == OVERVIEW or page not in CHAPTERS:
        return redirect("run", run.pk)
    return redirect("run_page", run.pk, page)


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

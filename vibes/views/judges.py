"""Judges: all of them, one with its runs and calibrations, and what a lead does with it."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes import tasks
from vibes.forms.judges import JudgeForm, StudyForm, WorkForm, studies_to_measure
from vibes.models import Judge, JudgeRun, Study
from vibes.queries import judge_pages as read
from vibes.queries import measured, self_preference, unblinded
from vibes.queries.amounts import counted
from vibes.services import calibrations, judges
from vibes.services.judges import NotNow
from vibes.views.access import team_member


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """All judges; a POST makes another."""
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = judges.create(by=team_member(request), **form.cleaned_data)
        except NotNow as error:
            form.add_error("endpoint", str(error))
        else:
            return redirect("judge", made.pk)
    study_form = StudyForm()
    context = {
        "rows": read.listing(),
        "form": form,
        "lexicon": measured.lexicon_precision(),
        "study_form": study_form,
        "studies": studies_to_measure().exists(),
        "section": "endpoints",
    }
    return render(request, "vibes/judges.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    """What was sent and comes back with its page was refused."""
    return 422 if request.method == "POST" else 200


@require_GET
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    found = _judge(pk)
    own = self_preference.own_models(found)
    return _page(request, found, WorkForm(initial={"study": studies_to_measure().first()}, own=own), own)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the judge to work on a study."""
    found = _judge(pk)
    own = self_preference.own_models(found)
    form = WorkForm(request.POST, own=own)
    if form.is_valid():
        try:
            run = judges.start(by=team_member(request), judge=found, **form.cleaned_data)
        except NotNow as error:
            form.add_error("study", str(error))
        else:
            tasks.ask_judge.delay_on_commit(run.pk)
            return redirect("judge", pk)
    return _page(request, found, form, own)


def _judge(pk: int) -> Judge:
    return get_object_or_404(Judge.objects.select_related("endpoint", "rater", "created_by"), pk=pk)


def _page(
    request: HttpRequest, found: Judge, form: WorkForm, own: Mapping[int, Sequence[str]]
) -> HttpResponse:
    runs = read.runs(found)
    context = {
        "judge": found,
        "runs": runs,
        "working": any(row.runs for row in runs),
        "calibrations": read.calibrations(found, own),
        "precision": measured.precision(found),
        "form": form,
        "section": "endpoints",
    }
    return render(request, "vibes/judge.html", context, status=_status(request))


@require_POST
def control(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Cancels a run, or asks again what did not come."""
    run = get_object_or_404(JudgeRun.objects.select_related("errand", "judge"), pk=pk)
    by = team_member(request)
    match verb:
        case "cancel":
            count = judges.cancel(by=by, run=run)
            messages.success(request, f"Cancelled. No longer asked: {counted(count, 'question')}.")
        case "again":
            count = judges.ask_again(by=by, run=run)
            tasks.pump_generations.delay_on_commit()
            messages.success(request, f"Asked again: {counted(count, 'question')}.")
        case _:
            raise Http404(f"There is no verb {verb}.")
    return redirect("judge", run.judge_id)


@require_POST
def calibrate(request: HttpRequest, pk: int) -> HttpResponse:
    """Measures the judge beside people: in the request where it is quick, else as a job."""
    found, form = _judge(pk), StudyForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such study.")
    study: Study = form.cleaned_data["study"]
    by = team_member(request)
    if unblinded.count(study) > settings.ANALYSIS_ROWS_IN_REQUEST:
        tasks.calibrate_judge.delay_on_commit(found.pk, study.pk, by.pk)
        messages.success(request, "It is being measured. Load this page again in a minute.")
    elif calibrations.measure(by=by, judge=found, study=study) is None:
        messages.error(request, f"Nobody has judged {study.name} yet.")
    return redirect("judge", pk)


@require_POST
def measure_answers(request: HttpRequest) -> HttpResponse:
    """Measures a study's answers by lexicon, as a job: a thousand a second at best."""
    form = StudyForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such study.")
    study: Study = form.cleaned_data["study"]
    tasks.measure_answers.delay_on_commit(study.pk, team_member(request).pk)
    messages.success(request, f"The answers of {study.name} are being measured.")
    return redirect("judges")

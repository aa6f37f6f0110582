"""The gate of a study: asked, looked at, vetoed. Its numbers are those of a frozen run."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes.forms.gates import GateForm, WhyForm
from vibes.forms.run_filter import RATERS
from vibes.models import AnalysisRun, Decision, Study
from vibes.queries import gates as read
from vibes.queries import versions
from vibes.services import gates
from vibes.stats.gate import RANGES
from vibes.views.access import team_member
from vibes.views.chosen_version import study_of
from vibes.views.results import start

A_PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked of the study's gate so far; a POST asks it, and leads to the answer."""
    study = study_of(request, pk)
    asked = {name: request.GET[name] for name in ("candidate", "baseline", "raters") if name in request.GET}
    form = GateForm(request.POST or None, study=study, initial=asked)
    if request.method == "POST" and form.is_valid() and (run := _ask(request, study, form)):
        start(run, study)
        return redirect("gate", run.pk)
    page = Paginator(read.asked_of(study), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "study": study,
        "version": versions.place(study),
        "form": form,
        "margins": [form[name] for name in RANGES],
        "page": page,
        "rows": read.rows(list(page.object_list), study),
        "section": "studies",
        "tab": "gate",
    }
    return render(request, "vibes/gates.html", context, status=422 if form.errors else 200)


@require_GET
def gate(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome, why, the figure, and who vetoed. While the run is computed, its progress; where it failed, why."""
    return _shown(request, *_asked(pk), WhyForm())


@require_POST
def veto(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the candidate of this gate from passing, by name and with a reason."""
    (run, study), form = _done(pk), WhyForm(request.POST)
    if not form.is_valid():
        return _shown(request, run, study, form)
    candidate = gates.endpoint_of(study, run.specification["gate"][0])
    gates.veto(
        by=team_member(request),
        study=study,
        candidate=candidate,
        reason=form.cleaned_data["reason"],
        run=run,
    )
    messages.success(request, f"{candidate.name} is vetoed. Every gate of this study says so now.")
    return redirect("gate", run.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    (run, study), form = _done(pk), WhyForm(request.POST)
    found = get_object_or_404(Decision, pk=decision, study=study)
    if not form.is_valid():
        messages.error(request, "Nothing was withdrawn: write why.")
    elif gates.withdraw(by=team_member(request), decision=found, reason=form.cleaned_data["reason"]):
        messages.success(request, "Withdrawn. The veto and both reasons stay on record.")
    else:
        messages.info(request, "It had been withdrawn already.")
    return redirect("gate", run.pk)


@require_GET
def as_json(_request: HttpRequest, pk: int) -> HttpResponse:
    """What `manage.py gate --json` prints."""
    run, _ = _done(pk)
    body = read.as_json(run, reverse("gate", args=[pk]))
    headers = {"Content-Disposition": f'attachment; filename="gate-run-{pk}.json"'}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


def _ask(request: HttpRequest, study: Study, form: GateForm) -> AnalysisRun | None:
    """None where it cannot be asked; the form says why."""
    chosen = form.cleaned_data
    try:
        return gates.ask(
            by=team_member(request),
            study=study,
            candidate=chosen["candidate"],
            baseline=chosen["baseline"],
            margins=form.margins,
            rater_kinds=RATERS[chosen["raters"]],
        )
    except gates.GateRefusedError as error:
        form.add_error("raters", str(error))
        return None


def _asked(pk: int) -> tuple[AnalysisRun, Study]:
    runs = AnalysisRun.objects.select_related("study__protocol", "protocol", "created_by")
    run = get_object_or_404(runs, pk=pk)
    if run.study is None or not run.specification.get("gate"):
        raise Http404("This run was asked for no gate.")
    return run, run.study


def _done(pk: int) -> tuple[AnalysisRun, Study]:
    run, study = _asked(pk)
    if run.state != AnalysisRun.State.DONE:
        raise Http404("This run is not done.")
    return run, study


def _shown(request: HttpRequest, run: AnalysisRun, study: Study, form: WhyForm) -> HttpResponse:
    context = {
        "run": run,
        "study": study,
        "version": versions.place(study, run.protocol_id),
        "section": "studies",
        "tab": "gate",
    }
    if run.state != AnalysisRun.State.DONE:
        return render(request, "vibes/run_waiting.html", context)
    from vibes.charts import report_page
    from vibes.queries import gate_page

    page = gate_page.page(run)
    shown = {"page": page, "form": form, "simulated": page.simulated}
    shown["map_styles_id"] = report_page.MAP_STYLES_ID
    return render(request, "vibes/gate.html", context | shown, status=422 if form.errors else 200)

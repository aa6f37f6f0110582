"""The study builder: filled in, told what it will ask, cost and find, looked at as a rater, made."""

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.models import User
from vibes import tasks
from vibes.forms import StudyForm
from vibes.models import Endpoint, Prompt, PromptSet
from vibes.queries import prompt_sets
from vibes.services import estimates, expected_votes, prompts, studies
from vibes.services.estimates import Estimate
from vibes.views import folds, preview
from vibes.views.access import team_member

# What the page folds away until it matters.
FOLDS = {
    "answers": ("samples", "budget", "selection", "draw", "delivery"),
    "cues": ("cues", "cue_share", "cue_design", "cue_ratio", "cue_endpoint", "cue_reader"),
    **folds.ASKED,
}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = StudyForm(request.POST or None, request.FILES or None, initial=_initial())
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    chosen = _found(form)
    if not chosen:
        form.add_error("classes", "No prompt of the set is in these classes.")
        return _page(request, form)
    plan = _plan(form, chosen)
    asked = preview.planned(plan)
    if step := request.POST.get("preview"):
        return preview.of_plan(request, asked, step)
    told = estimates.estimate(plan)
    if _agreed(request, told):
        plan = _plan(form, _stored(team_member(request), form) or chosen)
        study = studies.create(by=team_member(request), plan=plan)
        tasks.pump_generations.delay_on_commit()
        return redirect("study", study.pk)
    context = {"estimate": told, "votes": expected_votes.expected(plan), "preview_steps": asked.steps()}
    return _page(request, _kept(request, form), **context)


def _page(request: HttpRequest, form: StudyForm, **told: object) -> HttpResponse:
    context = told | {
        "form": form,
        "folds": folds.unfolded(form, FOLDS),
        "section": "studies",
        "any_endpoint": Endpoint.objects.filter(archived_at=None).exists(),
    }
    return render(request, "vibes/study_builder.html", context, status=422 if form.errors else 200)


def _agreed(request: HttpRequest, told: Estimate) -> bool:
    """Nothing that may cost money is asked before its estimate was seen: the very one, not that of an earlier form."""
    if "estimate" in request.POST:
        return False
    return not told.may_cost or request.POST.get("agreed") == told.agreed


def _kept(request: HttpRequest, form: StudyForm) -> StudyForm:
    """The form as it was sent. A browser sends no file twice, so an uploaded one is a stored set from here on."""
    if form.cleaned_data["source"] != "file":
        return form
    by_set: QueryDict = request.POST.copy()
    by_set["source"] = "set"
    by_set["prompt_set"] = str(_store(team_member(request), form).pk)
    by_set.pop("classes", None)
    return StudyForm(by_set)


def _initial() -> dict[str, object]:
    first = prompt_sets.offered().first()
    return {"prompt_set": first, "source": "set" if first else "pasted"}


def _found(form: StudyForm) -> list[Prompt]:
    """The stored prompts of the chosen set and classes, or the pasted or uploaded ones, not stored yet."""
    values = form.cleaned_data
    if form.rows:
        return prompts.looked_up(form.rows)
    found = values["prompt_set"].prompts.all()
    if values["classes"]:
        found = found.filter(prompt_class__in=values["classes"])
    return list(found)


def _stored(by: User, form: StudyForm) -> list[Prompt]:
    """The pasted or uploaded prompts, stored now; none where a stored set was chosen."""
    return list(_store(by, form).prompts.all()) if form.rows else []


def _store(by: User, form: StudyForm) -> PromptSet:
    values = form.cleaned_data
    uploaded = values["source"] == "file"
    name = PurePath(values["file"].name).name if uploaded else f"Pasted for {values['name']}"
    return prompts.store(by=by, name=name, rows=form.rows)


def _plan(form: StudyForm, chosen: list[Prompt]) -> studies.Plan:
    values = form.cleaned_data
    return studies.Plan(
        name=values["name"],
        prompts=chosen,
        endpoints=list(values["endpoints"]),
        pairing=values["pairing"],
        baseline=values["baseline"] if values["pairing"] == "baseline" else None,
        rubric=form.chosen_rubric(),
        **form.texts(),
        **form.rates(),
        **form.training(),
        **form.after(),
        replay=values["replay"],
        own_prompts=values["own_prompts"] or 0,
        own_prompts_later=form.answered_later(),
        overlap=values["overlap"],
        session_length=values["session_length"],
        rater_title=values["rater_title"],
        held=values["opens"] == "later",
        samples=values["samples"],
        fresh=values["draw"] == "new",
        selection=values["selection"],
        delivery=values["delivery"],
        budget=values["budget"],
        **form.planned_cues(),
    )

"""The study builder."""

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.models import User
from vibes import tasks
from vibes.forms import StudyForm
from vibes.models import Endpoint, Prompt, PromptSet
from vibes.services import prompts, studies
from vibes.views.access import team_member


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = StudyForm(request.POST or None, request.FILES or None, initial=_initial())
    if request.method == "POST" and form.is_valid():
        chosen = _prompts(team_member(request), form)
        if chosen:
            study = studies.create(by=team_member(request), plan=_plan(form, chosen))
            tasks.pump_generations.delay_on_commit()
            return redirect("study", study.pk)
        form.add_error("classes", "No prompt of the set is in these classes.")
    context = {
        "form": form,
        "section": "studies",
        "any_endpoint": Endpoint.objects.filter(archived_at=None).exists(),
    }
    return render(request, "vibes/study_builder.html", context, status=422 if form.errors else 200)


def _initial() -> dict[str, object]:
    first = PromptSet.objects.order_by("-seeded", "-pk").first()
    return {"prompt_set": first, "source": "set" if first else "pasted"}


def _prompts(by: User, form: StudyForm) -> list[Prompt]:
    """The stored prompts of the chosen set and classes, or the pasted or uploaded ones, stored now."""
    values = form.cleaned_data
    if form.rows:
        name = (
            PurePath(values["file"].name).name
            if values["source"] == "file"
            else f"Pasted for {values['name']}"
        )
        return list(prompts.store(by=by, name=name, rows=form.rows).prompts.all())
    found = values["prompt_set"].prompts.all()
    if values["classes"]:
        found = found.filter(prompt_class__in=values["classes"])
    return list(found)


def _plan(form: StudyForm, chosen: list[Prompt]) -> studies.Plan:
    values = form.cleaned_data
    return studies.Plan(
        name=values["name"],
        prompts=chosen,
        endpoints=list(values["endpoints"]),
        pairing=values["pairing"],
        baseline=values["baseline"] if values["pairing"] == "baseline" else None,
        rubric=values["rubric"],
        overlap=values["overlap"],
        session_length=values["session_length"],
        rater_title=values["rater_title"],
    )

"""Simulated raters."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from vibes import tasks
from vibes.forms import CrowdForm
from vibes.models import Study
from vibes.services import simulation
from vibes.views.access import team_member


@require_POST
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(Study, pk=pk)
    form = CrowdForm(request.POST)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        messages.error(request, f"No rater was simulated. {form.fields[name].label or name}: {errors[0]}")
        return redirect("study", pk)
    crowd = simulation.create(
        by=team_member(request),
        study=study,
        size=form.cleaned_data["size"],
        judgements_each=form.cleaned_data["judgements_each"],
        planted=form.planted(),
    )
    tasks.run_simulation.delay_on_commit(crowd.pk)
    return redirect("study", pk)

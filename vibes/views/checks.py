"""Known answers: what a study has of them, and a file of more."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from vibes.datasets.gold_files import GoldRow, read_gold
from vibes.forms.checks import KnownAnswersForm
from vibes.models import Study
from vibes.queries import known_answers
from vibes.queries.amounts import counted
from vibes.seeds import training as seeds
from vibes.services import checks
from vibes.views.access import team_member

ADD = {"gold": checks.add_gold, "training": checks.add_training}


@require_http_methods(["GET", "POST"])
def known(request: HttpRequest, pk: int) -> HttpResponse:
    """All rows of a file are stored, or none. `seed`: the training comparisons that Vibes brings, in place of a file."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    short = known_answers.training_missing(study.protocol)
    initial = {"kind": "training" if short else "gold"}
    if request.method == "POST" and "seed" in request.POST:
        form = KnownAnswersForm(initial=initial)
        rows = read_gold(seeds.NAME, seeds.training_file())
        if _add(request, study, "training", rows, form):
            return redirect("known_answers", pk)
    else:
        form = KnownAnswersForm(request.POST or None, request.FILES or None, initial=initial)
        if form.is_valid() and _add(request, study, form.cleaned_data["kind"], form.rows, form):
            return redirect("known_answers", pk)
    return _page(request, study, form)


def _add(
    request: HttpRequest, study: Study, kind: str, rows: Sequence[GoldRow], form: KnownAnswersForm
) -> bool:
    """Whether the rows are stored; else the form says what is wrong with which."""
    try:
        new = ADD[kind](by=team_member(request), study=study, rows=rows)
    except checks.BothKinds as error:
        if form.is_bound:
            form.add_error("file", str(error))
        else:
            messages.error(request, str(error))
        return False
    there = len(rows) - new
    before = f" {counted(there, 'row')} {'was' if there == 1 else 'were'} there already." if there else ""
    messages.success(request, f"{counted(new, f'{kind} comparison')} added.{before}")
    return True


def _page(request: HttpRequest, study: Study, form: KnownAnswersForm) -> HttpResponse:
    context = {
        "study": study,
        "kinds": known_answers.kinds(study.protocol),
        "trains": study.protocol.training_length,
        "form": form,
        "section": "studies",
        "tab": "rating",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "vibes/known_answers.html", context, status=status)

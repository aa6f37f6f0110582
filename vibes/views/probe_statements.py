"""Seed statements of a team's own: given as a file, looked at with the prompts made from them, put away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes.forms.probe_statements import StatementsForm
from vibes.models import SeedSet
from vibes.probes.bank import PROMPT_CLASSES, load_seeds
from vibes.queries import probe_statements as read
from vibes.queries.amounts import counted
from vibes.services import probe_statements
from vibes.views.access import team_member

A_PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """All sets; a POST gives another. All statements of a file are stored, or none."""
    form = StatementsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found, new = probe_statements.store(
            by=team_member(request), name=form.cleaned_data["name"], entries=form.entries
        )
        told = counted(len(form.entries), "statement")
        messages.success(request, f"{told} stored." if new else f"These are there already, as {found}.")
        return redirect("probe_statement_set", found.pk)
    context = {
        "form": form,
        "page": Paginator(read.listing(), A_PAGE).get_page(request.GET.get("page")),
        "columns": read.columns(),
        "classes": PROMPT_CLASSES,
        "shipped": len(load_seeds()),
        "section": "probes",
    }
    return render(request, "vibes/probe_statements.html", context, status=422 if form.errors else 200)


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The statements, and under each what is asked because of it."""
    found = get_object_or_404(SeedSet.objects.select_related("created_by"), pk=pk)
    context = {"statements": found, "shelves": read.shelves(found), "section": "probes"}
    return render(request, "vibes/probe_statement_set.html", context)


@require_POST
def shelve(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts a set away, or takes it back."""
    found = get_object_or_404(SeedSet, pk=pk)
    if found.archived_at:
        probe_statements.take_back(by=team_member(request), statements=found)
        messages.success(request, "It can be chosen again.")
    else:
        probe_statements.put_away(by=team_member(request), statements=found)
        messages.success(request, "Put away. Runs that asked it are as they were.")
    return redirect("probe_statement_set", pk)


@require_GET
def example(_request: HttpRequest) -> HttpResponse:
    """A sheet to begin with."""
    headers = {"Content-Disposition": 'attachment; filename="statements.csv"'}
    return HttpResponse(read.example(), content_type="text/csv; charset=utf-8", headers=headers)

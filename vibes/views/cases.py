"""Case lists: all of them, one, one case of it, and the list as a file."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes.datasets import jsonl
from vibes.forms.cases import ListForm, NoteForm
from vibes.models import Case, CaseList
from vibes.queries import cases as read
from vibes.queries import comparison_page
from vibes.services import cases
from vibes.services.cases import NotAList
from vibes.views.access import team_member

A_PAGE = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """All lists; a POST makes another."""
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = cases.create(by=team_member(request), name=form.cleaned_data["name"])
        except NotAList as error:
            form.add_error("name", str(error))
        else:
            return redirect("case_list", made.pk)
    context = {"lists": read.lists(), "form": form, "section": "cases"}
    return render(request, "vibes/case_lists.html", context, status=_status(request))


@require_GET
def case_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _list_page(request, get_object_or_404(CaseList, pk=pk))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CaseList, pk=pk)
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            cases.rename(by=team_member(request), case_list=found, name=form.cleaned_data["name"])
        except NotAList as error:
            form.add_error("name", str(error))
        else:
            return redirect("case_list", pk)
    return _list_page(request, found, form)


def _list_page(request: HttpRequest, found: CaseList, form: ListForm | None = None) -> HttpResponse:
    page = Paginator(read.cases(found), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "case_list": found,
        "page": page,
        "cases": read.listed(list(page), before=page.start_index() - 1, size=page.paginator.count),
        "form": form or ListForm(initial={"name": found.name}),
        "section": "cases",
    }
    return render(request, "vibes/case_list.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    """What was sent and comes back with its page was refused."""
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case side by side, with its votes and its key; a POST writes its note."""
    found = get_object_or_404(Case.objects.select_related("case_list", "comparison__protocol"), pk=pk)
    form = NoteForm(request.POST or None, initial={"note": found.note})
    if request.method == "POST" and form.is_valid():
        cases.annotate(by=team_member(request), case=found, note=form.cleaned_data["note"])
        messages.success(request, "The note is saved.")
        return redirect("case", pk)
    context = {
        "case": found,
        "comparison": comparison_page.page(found.comparison),
        "neighbours": read.neighbours(found),
        "form": form,
        "section": "cases",
    }
    return render(request, "vibes/case.html", context, status=_status(request))


@require_POST
def change(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Moves a case up or down, or takes it off its list."""
    if verb not in ("up", "down", "remove"):
        raise Http404(f"There is no verb {verb}.")
    found = get_object_or_404(Case.objects.select_related("case_list"), pk=pk)
    by, number = team_member(request), request.POST.get("page", "1")
    if verb == "remove":
        cases.remove(by=by, case=found)
        messages.success(request, "The case is off the list. The comparison and its votes stay as they are.")
    else:
        cases.move(by=by, case=found, up=verb == "up")
    address = redirect("case_list", found.case_list_id).url
    return redirect(f"{address}?page={number}" if number.isdecimal() and number != "1" else address)


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list as JSON lines, in its order."""
    found = get_object_or_404(CaseList, pk=pk)
    response = StreamingHttpResponse(_lines(found), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="{slugify(found.name) or "cases"}-cases.jsonl"'
    response["X-Accel-Buffering"] = "no"
    return response


async def _lines(case_list: CaseList) -> AsyncIterator[bytes]:
    start = 0
    while batch := await sync_to_async(read.rows)(case_list, start):
        start += len(batch)
        yield b"".join(jsonl.line(row) for row in batch)

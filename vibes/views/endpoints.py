"""Endpoints: what can be asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes.forms import EndpointFileForm, EndpointForm
from vibes.models import Endpoint
from vibes.providers.base import ProviderError
from vibes.queries import endpoints as read
from vibes.services import endpoints as write
from vibes.services.generations import discovery, limits, trial
from vibes.services.generations.discovery import Condition
from vibes.services.generations.trial import Trial
from vibes.views.access import team_member

PRESET = ("name", "provider", "base_url", "model")


@dataclasses.dataclass(frozen=True)
class Row:
    """One endpoint as the page shows it; what is not asked for yet is none."""

    endpoint: Endpoint
    limit: limits.LimitState | None = None
    condition: Condition | None = None
    trial: Trial | None = None


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, [Row(endpoint) for endpoint in read.listing()])


@require_GET
def states(request: HttpRequest) -> HttpResponse:
    """What the servers and our own limits tell now: cells for the page that has loaded, or the page with them in it."""
    rows = _rows_with_states()
    if request.headers.get("HX-Request"):
        return render(request, "vibes/_endpoint_states.html", {"rows": rows})
    return _page(request, rows, asked=True)


def _rows_with_states() -> list[Row]:
    found = list(read.listing())
    told = discovery.conditions(found)
    kept = limits.states(endpoint.pk for endpoint in found)
    return [Row(one, limit=kept.get(one.pk), condition=told.get(one.pk, Condition())) for one in found]


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """One short question to the endpoint; its answer as a fragment, or as the page with it."""
    endpoint = get_object_or_404(Endpoint, pk=pk, archived_at=None)
    result = trial.call(by=team_member(request), endpoint=endpoint)
    if request.headers.get("HX-Request"):
        return render(request, "vibes/_endpoint_trial.html", {"endpoint": endpoint, "trial": result})
    return _page(request, [Row(one, trial=result if one.pk == pk else None) for one in read.listing()])


def _page(request: HttpRequest, rows: list[Row], *, asked: bool = False) -> HttpResponse:
    return render(request, "vibes/endpoints.html", {"rows": rows, "asked": asked, "section": "endpoints"})


@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """Model servers that run on this machine; asked when the page has loaded, because dead ports take a moment."""
    return render(request, "vibes/_found_servers.html", {"servers": discovery.found_servers()})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    initial = {name: request.GET[name] for name in PRESET if name in request.GET}
    form = EndpointForm(request.POST or None, initial=initial)
    if _asks_for_models(request):
        return _offered(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = write.add(by=team_member(request), **form.cleaned_data)
        except ProviderError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{endpoint.name} can be used in studies now. Test it with one short question."
            )
            return redirect("endpoints")
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk, archived_at=None)
    form = EndpointForm(request.POST or None, instance=endpoint)
    name = endpoint.name
    if _asks_for_models(request):
        return _offered(request, form, editing=name)
    if request.method == "POST" and form.is_valid():
        try:
            stored = write.edit(by=team_member(request), endpoint=endpoint, **form.cleaned_data)
        except ProviderError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(stored))
            return redirect("endpoints")
    return _form_page(request, form, editing=name)


def _told(stored: write.Stored) -> str:
    if not stored.changes:
        return f"{stored.endpoint.name} is as it was."
    return f"{stored.endpoint.name} is changed from now on. What is stored keeps the settings that it was fetched with."


def _asks_for_models(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") == "models"


def _offered(request: HttpRequest, form: EndpointForm, *, editing: str = "") -> HttpResponse:
    """The models at the address that was typed: as a fragment, or in the form with all that was typed."""
    offered: dict[str, Any] = {"asked": True}
    form.is_valid()
    wrong = [form.errors[name][0] for name in ("provider", "base_url", "key_variable") if name in form.errors]
    try:
        offered["models"] = (
            () if wrong else discovery.models_at(by=team_member(request), **_where(form.cleaned_data))
        )
        offered["problem"] = wrong[0] if wrong else ""
    except ProviderError as error:
        offered["problem"] = str(error)
    if request.headers.get("HX-Request"):
        return render(request, "vibes/_offered_models.html", {"offered": offered})
    typed = {name: value for name, value in request.POST.items() if name not in ("key_variable", "do")}
    kept = EndpointForm(initial=typed | {"key_variable": form.cleaned_data.get("key_variable", "")})
    return _form_page(request, kept, editing=editing, offered=offered)


def _where(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]) for name in ("provider", "base_url", "key_variable")}


def _form_page(
    request: HttpRequest, form: EndpointForm, *, editing: str = "", offered: Mapping[str, Any] | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {
        "form": form.without_typed_key() if form.is_bound else form,
        "editing": editing,
        "offered": offered,
        "section": "endpoints",
    }
    return render(request, "vibes/endpoint_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def from_file(request: HttpRequest) -> HttpResponse:
    """Endpoints of a YAML or TOML file: looked at, or stored."""
    form = EndpointFileForm(request.POST or None, request.FILES or None)
    stored: list[write.Stored] = []
    if request.method == "POST" and form.is_valid():
        only_check = form.cleaned_data["only_check"]
        try:
            stored = write.store_all(by=team_member(request), wanted=form.rows, only_check=only_check)
        except ProviderError as refusal:
            form.add_error("file", str(refusal))
        if stored and not only_check:
            new, changed = sum(one.new for one in stored), sum(bool(one.changes) for one in stored)
            messages.success(
                request, f"{new} added, {changed} changed, {len(stored) - new - changed} as they were."
            )
            return redirect("endpoints")
    context = {"form": form, "stored": stored, "section": "endpoints"}
    return render(request, "vibes/endpoint_file.html", context, status=422 if form.errors else 200)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    write.archive(by=team_member(request), endpoint=endpoint)
    messages.success(request, f"{endpoint.name} is archived. Its answers and studies stay.")
    return redirect("endpoints")

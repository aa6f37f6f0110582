"""Endpoints: what can be asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vibes.forms import EndpointForm
from vibes.models import Endpoint
from vibes.queries import endpoints as read
from vibes.services import endpoints as write
from vibes.services.generations import discovery
from vibes.views.access import team_member

PRESET = ("name", "provider", "base_url", "model", "key_variable")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "vibes/endpoints.html", {"endpoints": read.listing(), "section": "endpoints"})


@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """Model servers that run on this machine; asked when the page has loaded, because dead ports take a moment."""
    return render(request, "vibes/_found_servers.html", {"servers": discovery.found_servers()})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    initial = {name: request.GET[name] for name in PRESET if name in request.GET}
    form = EndpointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        endpoint = write.add(by=team_member(request), **form.cleaned_data)
        messages.success(request, f"{endpoint.name} can be used in studies now.")
        return redirect("endpoints")
    context = {"form": form, "section": "endpoints"}
    return render(request, "vibes/endpoint_form.html", context, status=422 if form.errors else 200)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    write.archive(by=team_member(request), endpoint=endpoint)
    messages.success(request, f"{endpoint.name} is archived. Its answers and studies stay.")
    return redirect("endpoints")

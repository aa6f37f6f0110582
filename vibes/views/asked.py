"""What a study's raters are asked: its versions, and a form that makes another one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations.asked import Asked
from vibes.forms.asked import AskedForm
from vibes.models import Study
from vibes.queries import asked_words
from vibes.queries import versions as read
from vibes.services import versions
from vibes.views.access import team_member
from vibes.views.folds import unfolded

OUTDATED = (
    "Somebody else has changed what is asked while you had this page open. Nothing of yours was done: look at what is asked "
    "now, and change it again if it is still wanted."
)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST is told what it would do; with the agreement to exactly that, it is done."""
    study = get_object_or_404(Study.objects.select_related("protocol__opening"), pk=pk)
    form = AskedForm(study.protocol, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, study, form)
    if form.cleaned_data["seen"] != study.protocol_id:
        return _outdated(request, pk)
    asked = form.asked()
    proposal = read.proposal(study, asked)
    if proposal and request.POST.get("agreed") == proposal.agreed:
        return _change(request, study, asked)
    return _page(request, study, form, proposal=proposal, unchanged=proposal is None)


def _change(request: HttpRequest, study: Study, asked: Asked) -> HttpResponse:
    try:
        changed = versions.change(by=team_member(request), study=study, asked=asked, seen=study.protocol_id)
    except versions.Outdated:
        return _outdated(request, study.pk)
    number = changed.version.number if changed else 0
    if changed is None:
        messages.info(request, "Nothing was changed: raters are asked exactly this already.")
    elif changed.beside:
        messages.success(
            request, f"Raters are asked version {number} from now on. Version {number - 1} is kept."
        )
    else:
        messages.success(request, f"Changed. Nobody had been asked yet, so it is version {number} as before.")
    return redirect("asked", study.pk)


def _outdated(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, OUTDATED)
    return redirect("asked", pk)


def _page(request: HttpRequest, study: Study, form: AskedForm, **told: object) -> HttpResponse:
    context = told | {
        "study": study,
        "form": form,
        "folds": unfolded(form),
        "words": asked_words.words(Asked.of(study.protocol)).items(),
        "versions": read.listing(study),
        "section": "studies",
        "tab": "asked",
    }
    return render(request, "vibes/asked.html", context, status=422 if form.errors else 200)

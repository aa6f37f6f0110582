"""Comparisons on which raters disagree: looked at, sent to a rater by name, put on a case list."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from annotations.models import Adjudication, Comparison, Rater
from annotations.queries import adjudications as read_adjudications
from annotations.services import adjudications
from annotations.services.adjudications import NotToBeAsked, Sent
from vibes.forms.cases import NEW, SendForm
from vibes.models import CaseList, Study
from vibes.queries import cases as read_cases
from vibes.queries import comparison_page, studies
from vibes.queries import disagreements as read
from vibes.queries.amounts import counted
from vibes.queries.disagreements import Chosen
from vibes.services import cases, prompts
from vibes.services.cases import NotAList
from vibes.services.prompts import NoPrompts
from vibes.views.access import team_member

A_PAGE = 50
# So many raters stand in the list to choose from, the busiest first.
MOST_RATERS = 300
NO_CLASS = "no class"


@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Fifty a page, the furthest apart first; `class`, `kind` and `sent` narrow them down."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    classes = [name for name, _ in studies.classes(study)]
    asked = request.GET.get("class", "")
    chosen = Chosen(
        prompt_class=(None if asked not in classes else "" if asked == NO_CLASS else asked),
        kind=_known(request, "kind", read.KINDS),
        sent=_known(request, "sent", read.SENT),
    )
    page = Paginator(read.tallies(study, chosen), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = sending(study) | {
        "page": page,
        "rows": read.rows(list(page)),
        "asked": read.asked(study.protocol),
        "absolute": request.build_absolute_uri("/").rstrip("/"),
        "classes": classes,
        "kinds": read.KINDS.items(),
        "sent": read.SENT.items(),
        "chosen_class": asked if asked in classes else "",
        "chosen": chosen,
        "narrowed": chosen != Chosen(),
        "query": query.urlencode(),
        "section": "studies",
        "tab": "disagreements",
    }
    return render(request, "vibes/disagreements.html", context)


def _known(request: HttpRequest, name: str, known: object) -> str:
    given = request.GET.get(name, "")
    return given if isinstance(known, dict) and given in known else ""


def sending(study: Study) -> dict[str, object]:
    """What the form to send comparisons offers."""
    return {
        "study": study,
        "candidates": read_adjudications.candidates(study.protocol, MOST_RATERS),
        "lists": list(CaseList.objects.order_by("name")),
    }


@require_GET
def comparison(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One comparison side by side, with its votes and its key."""
    found = get_object_or_404(Comparison.objects.select_related("protocol__opening"), public_id=public_id)
    page = comparison_page.page(found)
    if page.key is None:
        raise Http404("This comparison has no key.")
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=page.key.study)
    context = sending(study) | {
        "comparison": page,
        "holding": read_cases.holding(found),
        "current": found.protocol_id == study.protocol_id,
        "section": "studies",
        "tab": "comparisons",
    }
    return render(request, "vibes/comparison.html", context)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticked comparisons go to a rater, or on a list."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    form = SendForm(study.protocol, request.POST)
    if not form.is_valid():
        messages.error(request, f"Nothing was sent. {_first_error(form)}")
        return _back(request, pk)
    try:
        messages.success(request, ACTS[form.cleaned_data["send"]](request, study, form))
    except (NotToBeAsked, NotAList, NoPrompts) as error:
        messages.error(request, f"Nothing was sent. {error}")
    return _back(request, pk)


def _to_rater(request: HttpRequest, study: Study, form: SendForm) -> str:
    rater, chosen, by = form.cleaned_data["rater"], form.chosen(), team_member(request)
    if rater == NEW:
        _, sent = adjudications.invite(by=by, protocol=study.protocol, comparisons=chosen)
        return f"A link for one new person was made: it stands under “Sent to raters”. {_told(sent, 'them')}"
    sent = adjudications.assign(by=by, comparisons=chosen, rater=rater)
    return _told(sent, f"rater {str(rater.public_id)[:8]}")


def _told(sent: Sent, whom: str) -> str:
    told = [f"{counted(sent.given, 'comparison')} sent to {whom}."]
    if sent.met:
        told.append(f"{sent.met:,} left out: the rater has met that pair of answers, or seen whose they are.")
    if sent.before:
        told.append(f"{sent.before:,} had been sent to them before.")
    return " ".join(told)


def _on_list(request: HttpRequest, study: Study, form: SendForm) -> str:
    by, chosen = team_member(request), form.chosen()
    case_list = form.cleaned_data["case_list"]
    if not isinstance(case_list, CaseList):
        case_list = cases.create(by=by, name=case_list)
    added = cases.add(by=by, case_list=case_list, comparisons=chosen, note=form.cleaned_data["note"])
    told = f"{counted(added, 'comparison')} put on the list “{case_list.name}”."
    there = len(chosen) - added
    return f"{told} {there:,} stood there already." if there else told


def _as_prompts(request: HttpRequest, study: Study, form: SendForm) -> str:
    """Their prompts become a set that the next study can ask."""
    made = prompts.collect(
        by=team_member(request), name=form.cleaned_data["set_name"], comparisons=form.chosen()
    )
    held = f"“{made.prompt_set.name}”"
    told = (
        f"The prompt set {held} holds exactly these already"
        if made.there
        else f"The prompt set {held} was made of {counted(made.prompts, 'prompt')}"
    )
    left = (
        f" {counted(made.left_out, 'prompt')} of raters left out: they stay theirs." if made.left_out else ""
    )
    return f"{told}. Choose it when you make a new study.{left}"


ACTS = {"rater": _to_rater, "list": _on_list, "prompts": _as_prompts}


@require_POST
def withdraw(request: HttpRequest, pk: int, rater: uuid.UUID) -> HttpResponse:
    """Takes back what waits for a rater: all of it, or the one `comparison`."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    found = get_object_or_404(Rater, public_id=rater)
    given = Adjudication.objects.filter(rater=found, comparison__protocol=study.protocol_id)
    waiting = Comparison.objects.filter(pk__in=given.values("comparison"))
    if one := request.POST.get("comparison"):
        waiting = waiting.filter(public_id__in=_uuids(one))
    taken = adjudications.withdraw(by=team_member(request), rater=found, comparisons=waiting)
    if taken:
        messages.success(request, f"{counted(taken, 'comparison')} taken back from rater {str(rater)[:8]}.")
    else:
        messages.info(request, "Nothing was changed: nothing waited for this rater.")
    return _back(request, pk)


def _uuids(text: str) -> list[uuid.UUID]:
    """The one that the text holds, or none."""
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page that asked, where it is one of ours."""
    asked = request.POST.get("next", "")
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return redirect(asked)
    return redirect("disagreements", pk)


def _first_error(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])

"""Edited answers: read word by word, and approved, redone or dropped before a rater may meet them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from annotations.models import User
from vibes import tasks
from vibes.models import Edit, Study, StudyCue
from vibes.queries import edits as read
from vibes.queries.amounts import counted
from vibes.queries.fetching_page import FetchingPage
from vibes.services import claims_readings, edit_replies, edits, planting
from vibes.services.edits import NotApproved
from vibes.services.generations import watching
from vibes.views.access import team_member

A_PAGE = 10
VERBS = {"drop": edits.drop, "redo": edits.redo}


@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Ten a page; `cue` and `shown` narrow them down."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    cues = read.cue_rows(study)
    chosen = next((row for row in cues if str(row.cue.pk) == request.GET.get("cue")), None)
    shown = request.GET.get("shown", "")
    shown = shown if shown in read.SHOWN else _first_shown(cues)
    found = read.edits_of(study, cue=chosen.cue.pk if chosen else None, shown=shown)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    one = chosen or (cues[0] if len(cues) == 1 else None)
    context = {
        "study": study,
        "cues": cues,
        "chosen": chosen,
        "shown": shown,
        "kinds": read.kinds(cues),
        "page": page,
        "rows": read.rows(list(page)),
        "one": one,
        "sampled": edits.sampled(one.cue) if one else None,
        "errands": _errands(one.cue) if one else [],
        "unanswered": read.unanswered(one.cue).count() if one else 0,
        "to_read": sum(row.to_read for row in cues),
        "reading": read.are_read(cues),
        "query": urlencode({"cue": str(chosen.cue.pk) if chosen else "", "shown": shown}),
        "section": "studies",
        "tab": "edits",
    }
    return render(request, "vibes/edits.html", context)


def _errands(cue: StudyCue) -> list[tuple[str, Study, FetchingPage]]:
    """Whose replies are still to come, for what, and how the fetching of them stands."""
    asked = (("edits", cue.endpoint, cue.errand), ("second readings", cue.reader, cue.reader_errand))
    found = [
        (f"{what} by {who}", errand, watching.watch(errand)) for what, who, errand in asked if who and errand
    ]
    return [one for one in found if one[2].state in ("moving", "stopped")]


def _first_shown(cues: list[read.CueRow]) -> str:
    """What waits for the lead, else what was found wrong, else what is approved."""
    waits = (
        name
        for name in ("read", "unconfirmed", "problems", "asked")
        if any(row.edits.get(name) for row in cues)
    )
    return next(waits, "approved")


@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One edit. Under htmx its card comes back as it is then."""
    edit = get_object_or_404(Edit.objects.select_related("cue__study"), pk=pk)
    if verb not in ("approve", *VERBS):
        return HttpResponse(status=404)
    problem = _done(team_member(request), edit, verb, request.POST.get("claims"))
    if request.htmx:  # type: ignore[attr-defined]
        standing = edits.standing(edit.cue).filter(generation=edit.generation_id)
        now = read.rows(list(standing))[0]
        return render(request, "vibes/_edit.html", {"row": now, "problem": problem})
    if problem:
        messages.error(request, problem)
    return _back(request, edit.cue.study, edit.cue)


def _done(by: User, edit: Edit, verb: str, seen: str | None) -> str:
    """What was in the way, or empty. `seen`: what the card said of the claims."""
    try:
        if verb == "approve":
            edits.approve(by=by, edit=edit, seen=seen)
        else:
            VERBS[verb](by=by, edit=edit)
    except NotApproved as error:
        return str(error)
    planting.settle(study=edit.cue.study, answers=[edit.generation_id])
    if edit_replies.ask(study=edit.cue.study) + claims_readings.ask(study=edit.cue.study):
        tasks.pump_generations.delay_on_commit()
    return ""


@require_POST
def approve_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one cue that the check finds nothing wrong with, after its sample was read."""
    cue = get_object_or_404(StudyCue.objects.select_related("study"), pk=pk)
    try:
        rest = edits.approve_rest(by=team_member(request), cue=cue)
    except NotApproved as error:
        messages.error(request, str(error))
    else:
        planting.settle(study=cue.study)
        messages.success(request, f"{counted(len(rest), 'edit')} approved without being read.")
    return _back(request, cue.study, cue)


@require_POST
def drop_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one cue in which the check found something wrong."""
    cue = get_object_or_404(StudyCue.objects.select_related("study"), pk=pk)
    dropped = edits.drop_wrong(by=team_member(request), cue=cue)
    planting.settle(study=cue.study)
    messages.success(request, f"{counted(len(dropped), 'edit')} dropped: their pairs are dealt as they are.")
    return _back(request, cue.study, cue)


@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the reader once more about the edits of one cue of which it said nothing that could be read."""
    cue = get_object_or_404(StudyCue.objects.select_related("study", "reader"), pk=pk)
    asked = claims_readings.ask_again(by=team_member(request), cue=cue)
    if asked:
        tasks.pump_generations.delay_on_commit()
    messages.success(request, f"{cue.reader} is asked again about {counted(asked, 'edit')}.")
    return _back(request, cue.study, cue)


def _back(request: HttpRequest, study: Study, cue: StudyCue) -> HttpResponse:
    query = urlencode({"cue": str(cue.pk), "shown": str(request.POST.get("shown", "read"))})
    return redirect(f"{reverse('edits', args=[study.pk])}?{query}")

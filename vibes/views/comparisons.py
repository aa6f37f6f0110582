"""Comparisons of a study, looked for by words and facts, each with its key."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from vibes.forms.finding import RATER_WORDS, FindingForm
from vibes.models import Study
from vibes.queries import finding
from vibes.queries.finding import Found
from vibes.queries.finding_words import NotToBeFound
from vibes.services import findable
from vibes.views.disagreements import sending

# So many rows are read anew before the page is shown; more are left to the worker that comes by every half minute.
AT_ONCE = 2_000
PLACES = ("before", "after")
AS_IT_IS = {"raters": "people"}


@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Fifty a page, the newest first. The whole of what is looked for stands in the address, and nothing else does."""
    study = get_object_or_404(Study.objects.select_related("protocol"), pk=pk)
    asked = _asked(request.GET)
    if len(asked) < len(request.GET):
        return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
    findable.refresh(study=study, most=AT_ONCE)
    form = FindingForm(study, request.GET)
    for name in PLACES:
        asked.pop(name, None)
    context = sending(study) | {
        "form": form,
        "found": _found(study, form),
        "reach": finding.reach(study),
        "query": f"{asked.urlencode()}&" if asked else "",
        "narrowed": bool(set(asked) - {"raters"}),
        "votes_of": f"Votes of {RATER_WORDS.get(asked.get('raters', 'people'), 'people').lower()}",
        "section": "studies",
        "tab": "comparisons",
    }
    return render(request, "vibes/comparisons.html", context)


def _found(study: Study, form: FindingForm) -> Found | None:
    """None where the form says why."""
    if not form.is_valid():
        return None
    try:
        return finding.found(study, form.wanted())
    except NotToBeFound as error:
        form.add_error(None, str(error))
        return None


def _asked(given: QueryDict) -> QueryDict:
    """Without fields that were left as they are, and without what this page does not know."""
    asked = given.copy()
    for name in list(asked):
        if asked[name] in ("", AS_IT_IS.get(name)) or name not in FindingForm.base_fields:
            asked.pop(name)
    return asked

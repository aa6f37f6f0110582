"""Two runs beside each other. The address says which, so that it can be sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vibes.models import AnalysisRun
from vibes.queries import compared_runs as read

SAME = "Both are run {}. Choose two runs that differ."
ONE = "One run is chosen. Choose the other."
NONE = "Choose two runs: of one study at two dates, of one study read in two ways, or of two studies."


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Without two runs, the form alone; where they cannot be compared, why."""
    first, here = _asked(request, "a")
    second, there = _asked(request, "b")
    problems = [said for said in (here, there) if said]
    if first and second and first.pk == second.pk:
        problems = [SAME.format(first.pk)]
    context = {
        "first": first,
        "second": second,
        "problems": problems,
        "lede": ONE if first or second else NONE,
        "shelves": read.shelves(second or first),
        "independent": request.GET.get("independent") == "1",
        "section": "studies",
    }
    if problems or first is None or second is None:
        return render(request, "vibes/compare.html", context, status=422 if problems else 200)
    from vibes.charts import report_page
    from vibes.queries import compared_page

    page = compared_page.page(first, second, independent=bool(context["independent"]))
    shown = {"page": page, "simulated": page.simulated, "map_styles_id": report_page.MAP_STYLES_ID}
    return render(request, "vibes/compare.html", context | shown)


def _asked(request: HttpRequest, name: str) -> tuple[AnalysisRun | None, str]:
    """The run, or why there is none; neither where none was asked for."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None, ""
    try:
        return read.found(text), ""
    except read.RefusedError as error:
        return None, str(error)

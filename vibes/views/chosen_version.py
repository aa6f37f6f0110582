"""Which version of what raters were asked a page is of: `?version=1` in its address, or the newest."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from vibes.models import ProtocolVersion, Study
from vibes.queries import versions


def study_of(request: HttpRequest, pk: int) -> Study:
    """The study as it was asked in the version of the address. 404 where there is none of that number."""
    study = get_object_or_404(Study.objects.select_related("protocol__opening"), pk=pk)
    number = request.GET.get("version", "")
    if not number:
        return study
    try:
        return versions.numbered(study, int(number))
    except (ValueError, ProtocolVersion.DoesNotExist):
        raise Http404(f"There is no version {number} of this study.") from None

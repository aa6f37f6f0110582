"""Files out, streamed: a page of rows at a time, never the whole table in memory."""

from collections.abc import AsyncIterator, Callable, Iterable

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from vibes.datasets import jsonl
from vibes.datasets.preference_rows import dpo_rows
from vibes.forms.run_filter import RATERS
from vibes.models import Study
from vibes.queries import unblinded, versions
from vibes.views.chosen_version import study_of

Rows = Iterable[dict[str, object]]


@require_GET
def judgements(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The judgement frame, one row a line."""
    return _stream(request, pk, "judgements", lambda rows: rows)


@require_GET
def dpo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Decisive judgements as preference rows for a DPO or reward trainer."""
    return _stream(request, pk, "dpo", dpo_rows)


def _stream(request: HttpRequest, pk: int, kind: str, shape: Callable[[Rows], Rows]) -> HttpResponseBase:
    study = study_of(request, pk)
    place = versions.place(study)
    version = f"-version-{place.number}" if place else ""
    chosen = request.GET.get("raters", "people")
    kinds = RATERS.get(chosen, RATERS["people"])
    mark = "-SIMULATED" if "simulated" in kinds else ""
    name = f"{slugify(study.name) or 'study'}{version}-{kind}{mark}.jsonl"
    response = StreamingHttpResponse(_lines(study, kinds, shape), content_type="application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Accel-Buffering"] = "no"
    return response


async def _lines(study: Study, kinds: tuple[str, ...], shape: Callable[[Rows], Rows]) -> AsyncIterator[bytes]:
    after, upto = 0, await sync_to_async(unblinded.last)(study)
    while batch := await sync_to_async(unblinded.page)(study, after=after, upto=upto, kinds=kinds):
        after = int(str(batch[-1]["judgement_id"]))
        yield b"".join(jsonl.line(row) for row in shape(batch))

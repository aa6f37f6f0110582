"""Judgements made elsewhere: upload a file, get its report."""

from __future__ import annotations

import secrets
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_http_methods

from vibes import tasks
from vibes.forms import ImportForm
from vibes.models import AnalysisRun
from vibes.services import analyses
from vibes.views.access import team_member


@require_http_methods(["GET", "POST"])
def judgements(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _small_enough(form):
        run = _import(request, form)
        tasks.run_analysis.delay_on_commit(run.pk)
        return redirect("run", run.pk)
    recent = AnalysisRun.objects.filter(study=None).order_by("-pk")[:20]
    context = {"form": form, "recent": recent, "section": "import"}
    return render(request, "vibes/import.html", context, status=422 if form.errors else 200)


def _small_enough(form: ImportForm) -> bool:
    if sum(file.size for file in form.cleaned_data["uploads"]) <= settings.UPLOAD_LIMIT_BYTES:
        return True
    limit = settings.UPLOAD_LIMIT_BYTES // 2**20
    form.add_error("uploads", f"This is more than {limit} MB. On the server, use: manage.py analyze FILE.")
    return False


def _import(request: HttpRequest, form: ImportForm) -> AnalysisRun:
    files = form.cleaned_data["uploads"]
    return analyses.import_file(
        by=team_member(request),
        name=" + ".join(_name(file) for file in files),
        path=keep(files),
        specification=analyses.specified(
            ties=form.cleaned_data["ties"], rater_kinds=[form.cleaned_data["raters"]]
        ),
    )


def _name(file: UploadedFile[Any]) -> str:
    """The last part of the sender's file name, in letters that no file system minds."""
    return get_valid_filename(PurePath(file.name or "file").name)


def keep(files: list[UploadedFile[Any]]) -> Path:
    """Writes the uploads into a folder of our own naming; the path of the file, or of the folder for several."""
    folder: Path = settings.UPLOAD_DIR / secrets.token_hex(16)
    folder.mkdir(parents=True)
    for file in files:
        with (folder / _name(file)).open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
    return folder / _name(files[0]) if len(files) == 1 else folder

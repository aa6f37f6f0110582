"""A file of endpoints: the upload, and its rows through the form of an endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from vibes.datasets.endpoint_files import LARGEST_BYTES, EndpointRow, read_endpoints
from vibes.datasets.errors import DatasetError
from vibes.forms.endpoints import EndpointForm, as_typed
from vibes.models import Endpoint


class EndpointFileForm(forms.Form):
    """A YAML or TOML file, and whether to store what it says."""

    file = forms.FileField()
    only_check = forms.BooleanField(required=False, initial=True)

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError("The file is larger than 256 kB. Split it.")
        try:
            self.rows = settings_of(read_endpoints(PurePath(file.name or "").name, file.read()))
        except DatasetError as error:
            raise forms.ValidationError(str(error)) from None
        return file


def settings_of(rows: Sequence[EndpointRow]) -> list[dict[str, Any]]:
    """Each endpoint's whole settings, what the file leaves out as the form has it. Raises DatasetError."""
    named = {
        endpoint.name: endpoint
        for endpoint in Endpoint.objects.filter(name__in=[r.values["name"] for r in rows])
    }
    return [_settings(row, named.get(row.values["name"])) for row in rows]


def _settings(row: EndpointRow, found: Endpoint | None) -> dict[str, Any]:
    if found and found.archived_at:
        raise DatasetError(
            "an archived endpoint has this name", "Choose another: its answers keep theirs", row.at("name")
        )
    values = dict(row.values)
    if "extra" in values:
        values["extra"] = json.dumps(values["extra"])
    form = EndpointForm(as_typed(values), instance=found)
    for name, errors in form.errors.items():
        problem, _, mend = str(errors[0]).rstrip(".").partition(". ")
        raise DatasetError(problem, mend or "Mend it there", row.at_setting(name))
    return form.cleaned_data

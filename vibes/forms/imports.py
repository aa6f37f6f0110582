"""A file of judgements and how it is to be read."""

from typing import Any

from django import forms
from django.conf import settings


class _SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _SeveralFiles(forms.FileField):
    """One or more uploads; cleans to a list."""

    widget = _SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        return (
            [single(one, initial) for one in data]
            if isinstance(data, list | tuple) and data
            else [single(data)]
        )


class ImportForm(forms.Form):
    """A file of judgements, or the files of a known folder, and how they are to be read."""

    uploads = _SeveralFiles()
    ties = forms.ChoiceField(
        choices=[
            ("ordinal", "Ordinal, personal thresholds"),
            ("davidson", "Davidson"),
            ("half", "Half a win each"),
        ],
        initial="ordinal",
    )
    raters = forms.ChoiceField(
        choices=[("person", "People"), ("machine", "Machines"), ("simulated", "Simulated raters")],
        initial="person",
    )


class SamplesForm(forms.Form):
    """A file of scored samples, read beside the judgements of a run."""

    samples = forms.FileField(
        error_messages={"required": "Choose a file of samples.", "empty": "This file is empty."}
    )

    def clean_samples(self) -> Any:
        file = self.cleaned_data["samples"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES // 2**20
            raise forms.ValidationError(
                f"This is more than {limit} MB. On the server, use: manage.py analyze --samples FILE."
            )
        return file

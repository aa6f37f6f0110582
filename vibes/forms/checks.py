"""Comparisons with a known answer, from a file."""

from pathlib import PurePath
from typing import Any

from django import forms

from vibes.datasets.errors import DatasetError
from vibes.datasets.gold_files import GoldRow, read_gold

FILE_LIMIT = 50 * 1024 * 1024


class KnownAnswersForm(forms.Form):
    """A file, read and found sound. `rows` are its comparisons."""

    KINDS = [
        ("gold", "Gold: mixed into the sessions, and the rater is told nothing"),
        ("training", "Training: before the first session, and the rater is told what was expected"),
    ]

    kind = forms.ChoiceField(choices=KINDS, initial="gold", widget=forms.RadioSelect)
    file = forms.FileField(error_messages={"required": "Choose a CSV or JSONL file."})
    rows: tuple[GoldRow, ...] = ()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_LIMIT:
            raise forms.ValidationError("The file is larger than 50 MB. Split it.")
        try:
            self.rows = read_gold(PurePath(file.name or "").name, file.read())
        except DatasetError as error:
            raise forms.ValidationError(str(error)) from None
        return file

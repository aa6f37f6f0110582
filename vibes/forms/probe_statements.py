"""Seed statements of a team's own, from a file."""

from pathlib import PurePath
from typing import Any

from django import forms

from vibes.datasets.errors import DatasetError
from vibes.datasets.seed_files import read_seed_file
from vibes.probes.bank import BankError, seeds_of

FILE_LIMIT = 5 * 1024 * 1024
# So many faults of a file are told at once.
MOST_TOLD = 10


class StatementsForm(forms.Form):
    """A file, read and found sound. `entries` are its statements, by field."""

    name = forms.CharField(max_length=100, error_messages={"required": "Give it a name."})
    file = forms.FileField(error_messages={"required": "Choose a CSV, JSONL or TOML file."})
    entries: tuple[dict[str, Any], ...] = ()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_LIMIT:
            raise forms.ValidationError("The file is larger than 5 MB. Split it.")
        try:
            entries = read_seed_file(PurePath(file.name or "").name, file.read())
            seeds_of(entries)
        except (DatasetError, BankError) as error:
            raise forms.ValidationError(_told(str(error))) from None
        self.entries = tuple(entry for _, entry in entries)
        return file


def _told(faults: str) -> list[str]:
    lines = faults.split("\n")
    more = len(lines) - MOST_TOLD
    further = [f"And {more:,} more like these."] if more > 0 else []
    return [*lines[:MOST_TOLD], *further, "Nothing is stored."]

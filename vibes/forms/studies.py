"""The study builder's form."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from vibes.datasets.errors import DatasetError
from vibes.datasets.prompt_files import PromptRow, read_pasted, read_prompts
from vibes.forms.cues import CuesForm
from vibes.models import Endpoint, Prompt, PromptSet, Study
from vibes.queries import prompt_sets
from vibes.services.generations.requests import prices_of

PROMPT_FILE_LIMIT = 50 * 1024 * 1024
MOST_SAMPLES = 100
# Two samples that differ are a draw.
LEAST: dict[str, int] = {Study.Selection.MAJORITY: 3, Study.Selection.BEST: 2}


class StudyForm(CuesForm):
    """The study builder. `source` says which of the three prompt fields counts."""

    DRAWS = [
        ("stored", "Use stored answers where there are any"),
        ("new", "Draw new answers, also where there are some"),
    ]
    OPENS = [
        ("now", "At once: who has the link rates as soon as there are comparisons"),
        ("later", "When I open it: until then the link lets nobody in"),
    ]
    SOURCES = [("set", "A stored set"), ("pasted", "Pasted"), ("file", "A file")]

    name = forms.CharField(max_length=200)
    rater_title = forms.CharField(max_length=200, required=False)
    source = forms.ChoiceField(choices=SOURCES, initial="set", widget=forms.RadioSelect)
    prompt_set = forms.ModelChoiceField(PromptSet.objects.none(), required=False, empty_label=None)
    classes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    pasted = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 6}))
    file = forms.FileField(required=False)
    endpoints = forms.ModelMultipleChoiceField(Endpoint.objects.none(), widget=forms.CheckboxSelectMultiple)
    pairing = forms.ChoiceField(
        choices=Study.Pairing.choices, initial=Study.Pairing.ALL, widget=forms.RadioSelect
    )
    baseline = forms.ModelChoiceField(
        Endpoint.objects.none(), required=False, empty_label="Choose the baseline"
    )
    samples = forms.IntegerField(min_value=1, max_value=MOST_SAMPLES, initial=1)
    selection = forms.ChoiceField(
        choices=Study.Selection.choices, initial=Study.Selection.EACH, widget=forms.RadioSelect
    )
    draw = forms.ChoiceField(choices=DRAWS, initial="stored", widget=forms.RadioSelect)
    delivery = forms.ChoiceField(
        choices=Study.Delivery.choices, initial=Study.Delivery.LIVE, widget=forms.RadioSelect
    )
    budget = forms.DecimalField(required=False, min_value=Decimal("0.0001"), max_digits=12, decimal_places=4)
    opens = forms.ChoiceField(choices=OPENS, initial="now", required=False, widget=forms.RadioSelect)
    overlap = forms.IntegerField(min_value=1, max_value=50, initial=3)
    session_length = forms.IntegerField(min_value=1, max_value=500, initial=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = Endpoint.objects.filter(archived_at=None).order_by("name")
        self.fields["endpoints"].queryset = self.fields["baseline"].queryset = live  # type: ignore[attr-defined]
        self.fields["prompt_set"].queryset = prompt_sets.offered()  # type: ignore[attr-defined]
        classes = Prompt.objects.exclude(prompt_class="").order_by("prompt_class")
        names = classes.values_list("prompt_class", flat=True).distinct()
        self.fields["classes"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._check_endpoints(values)
        self._check_samples(values)
        self._check_budget(values)
        try:
            self.rows = self._rows(values)
        except DatasetError as error:
            self.add_error(values["source"], str(error))
        else:
            self._check_keys(values)
        return values

    def _check_endpoints(self, values: dict[str, Any]) -> None:
        chosen = list(values.get("endpoints") or [])
        if "endpoints" in values and len(chosen) < 2:
            self.add_error("endpoints", "Choose at least two: a comparison needs two answers.")
        if values.get("pairing") == Study.Pairing.BASELINE and values.get("baseline") not in chosen:
            self.add_error("baseline", "Choose the baseline among the endpoints of this study.")

    def _check_samples(self, values: dict[str, Any]) -> None:
        least = LEAST.get(values.get("selection", ""), 1)
        if (values.get("samples") or least) < least:
            self.add_error(
                "samples", f"This choice wants at least {least} samples: ask for more, or show each."
            )

    def _check_keys(self, values: dict[str, Any]) -> None:
        """Where no prompt has a key, the first sample would speak for all."""
        if values.get("selection") != Study.Selection.BEST:
            return
        chosen = values.get("prompt_set")
        stored = values.get("source") == "set" and chosen and chosen.prompts.exclude(answer_key="").exists()
        if not stored and not any(row.answer_key for row in self.rows):
            self.add_error("selection", "None of these prompts has an answer key, by which to choose.")

    def _check_budget(self, values: dict[str, Any]) -> None:
        """What costs nobody knows how much, no cap can hold."""
        chosen = values.get("endpoints") or []
        unpriced = [endpoint.name for endpoint in chosen if prices_of(endpoint) is None]
        if values.get("budget") is not None and unpriced:
            self.add_error(
                "budget",
                f"No price is set for {', '.join(unpriced)}: set it on the endpoints' page (0 where an answer is free), "
                "or leave the cap empty.",
            )

    def _rows(self, values: dict[str, Any]) -> tuple[PromptRow, ...]:
        """Prompts of a pasted list or a file; empty where a stored set is used."""
        source = values.get("source")
        if source == "pasted":
            return read_pasted(values.get("pasted") or "")
        if source == "file":
            return _rows_of_file(values.get("file"))
        if source == "set" and not values.get("prompt_set"):
            self.add_error("prompt_set", "There is no stored set yet: paste prompts or choose a file.")
        return ()


def _rows_of_file(file: UploadedFile[Any] | None) -> tuple[PromptRow, ...]:
    if file is None:
        raise forms.ValidationError({"file": "Choose a TXT, CSV or JSONL file."})
    if (file.size or 0) > PROMPT_FILE_LIMIT:
        raise forms.ValidationError({"file": "The file is larger than 50 MB. Split it into several studies."})
    return read_prompts(PurePath(file.name or "").name, file.read())

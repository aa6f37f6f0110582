"""What the team's pages may send, typed and checked."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from vibes.datasets.errors import DatasetError
from vibes.datasets.prompt_files import PromptRow, read_pasted, read_prompts
from vibes.models import Endpoint, Prompt, PromptSet, Study
from vibes.services.simulation import Planted
from vibes.services.studies import RUBRICS

if TYPE_CHECKING:
    _EndpointModelForm = forms.ModelForm[Endpoint]
else:  # Django's form classes take no parameters at run time
    _EndpointModelForm = forms.ModelForm

PROMPT_FILE_LIMIT = 50 * 1024 * 1024
KEY_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*_API_KEY$")


class StudyForm(forms.Form):
    """The study builder. `source` says which of the three prompt fields counts."""

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
    rubric = forms.ChoiceField(
        choices=[(name, rubric.label) for name, rubric in RUBRICS.items()],
        initial="vibes",
        widget=forms.RadioSelect,
    )
    overlap = forms.IntegerField(min_value=1, max_value=50, initial=3)
    session_length = forms.IntegerField(min_value=1, max_value=500, initial=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = Endpoint.objects.filter(archived_at=None).order_by("name")
        self.fields["endpoints"].queryset = self.fields["baseline"].queryset = live  # type: ignore[attr-defined]
        self.fields["prompt_set"].queryset = PromptSet.objects.order_by("-seeded", "-pk")  # type: ignore[attr-defined]
        classes = Prompt.objects.exclude(prompt_class="").order_by("prompt_class")
        names = classes.values_list("prompt_class", flat=True).distinct()
        self.fields["classes"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._check_endpoints(values)
        try:
            self.rows = self._rows(values)
        except DatasetError as error:
            self.add_error(values["source"], str(error))
        return values

    def _check_endpoints(self, values: dict[str, Any]) -> None:
        chosen = list(values.get("endpoints") or [])
        if "endpoints" in values and len(chosen) < 2:
            self.add_error("endpoints", "Choose at least two: a comparison needs two answers.")
        if values.get("pairing") == Study.Pairing.BASELINE and values.get("baseline") not in chosen:
            self.add_error("baseline", "Choose the baseline among the endpoints of this study.")

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


class EndpointForm(_EndpointModelForm):
    base_url = forms.URLField(max_length=300, required=False, assume_scheme="http")

    class Meta:
        model = Endpoint
        fields = (
            "name",
            "provider",
            "base_url",
            "model",
            "key_variable",
            "system",
            "temperature",
            "max_tokens",
            "timeout_seconds",
            "slots",
        )
        widgets = {"system": forms.Textarea(attrs={"rows": 3})}

    def clean_key_variable(self) -> str:
        """Only variables that are named as keys: an endpoint must not send any other secret to its address."""
        name = str(self.cleaned_data["key_variable"]).strip()
        if name and not KEY_VARIABLE.match(name):
            raise forms.ValidationError(
                "Name an environment variable that ends in _API_KEY, such as OPENAI_API_KEY."
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("provider") == Endpoint.Provider.LOCAL and not values.get("base_url"):
            self.add_error("base_url", "A local server needs its address, such as http://127.0.0.1:8000/v1.")
        return values


class InvitationForm(forms.Form):
    places = forms.IntegerField(min_value=1, max_value=100_000, initial=200)
    days = forms.IntegerField(min_value=1, max_value=365, initial=30)


class CrowdForm(forms.Form):
    """Simulated raters and their planted biases, in log-odds."""

    size = forms.IntegerField(min_value=1, max_value=200, initial=24)
    judgements_each = forms.IntegerField(min_value=1, max_value=500, initial=60)
    praise = forms.FloatField(min_value=-5, max_value=5, initial=Planted.praise)
    praise_when_undecided = forms.FloatField(min_value=-5, max_value=5, initial=Planted.praise_when_undecided)
    lists = forms.FloatField(min_value=-5, max_value=5, initial=Planted.lists)
    length = forms.FloatField(min_value=-5, max_value=5, initial=Planted.length)
    correct = forms.FloatField(min_value=-5, max_value=5, initial=Planted.correct)
    left = forms.FloatField(min_value=-5, max_value=5, initial=Planted.left)

    def planted(self) -> Planted:
        names = ("praise", "praise_when_undecided", "lists", "length", "correct", "left")
        return Planted(**{name: self.cleaned_data[name] for name in names})


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

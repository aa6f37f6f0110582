"""The study builder's part on cues: which edits are planted, in how many pairs, in what design."""

from typing import Any

from django import forms

from annotations.rubrics import Lean, Scale
from vibes.edits import registry
from vibes.forms.rubrics import RubricForm
from vibes.models import Endpoint, StudyCue
from vibes.services.planting import CuePlan

# Judgements without the cue, and with it on either side.
RATIOS = {
    "1:3:3": ("1 : 3 : 3. For the effect of the cue (C) and the tiebreak (T2)", 1, 3),
    "3:2:2": ("3 : 2 : 2. Where the closest pairs matter most (T1)", 3, 2),
}
KINDS = {"tone": "Tone", "stance": "Stance", "formatting": "Formatting", "length": "Length"}


class CuesForm(RubricForm):
    """`cues` are names of edits. The share is that of all cues together."""

    cues = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    cue_share = forms.IntegerField(required=False, min_value=1, max_value=100, initial=100)
    cue_design = forms.ChoiceField(
        required=False,
        choices=StudyCue.Design.choices,
        initial=StudyCue.Design.VARIANTS,
        widget=forms.RadioSelect,
    )
    cue_ratio = forms.ChoiceField(
        required=False,
        choices=[(name, words) for name, (words, *_) in RATIOS.items()],
        initial="1:3:3",
        widget=forms.RadioSelect,
    )
    cue_endpoint = forms.ModelChoiceField(
        Endpoint.objects.none(), required=False, empty_label="Choose who edits"
    )

    cue_reader = forms.ModelChoiceField(
        Endpoint.objects.none(), required=False, empty_label="Nobody: by rule alone"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cues"].choices = _choices()  # type: ignore[attr-defined]
        live = Endpoint.objects.filter(archived_at=None).order_by("name")
        for name in ("cue_endpoint", "cue_reader"):
            self.fields[name].queryset = live  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("cues"):
            self._check_cues(values)
        return values

    def _check_cues(self, values: dict[str, Any]) -> None:
        made = [name for name in values["cues"] if registry.EDITS[name].by == "endpoint"]
        if made and not values.get("cue_endpoint"):
            self.add_error("cue_endpoint", "Some of these edits are made by an endpoint: choose which.")
        rubric = self.chosen_rubric()
        if rubric.lean == Lean.NEVER and rubric.scale != Scale.EIGHT:
            self.add_error(
                "cues", "Cued pairs want the lean after a tie: choose a rubric that asks for it, or no cue."
            )

    def planned_cues(self) -> dict[str, Any]:
        """As `studies.Plan` takes them: each cue with an equal part of the share."""
        values = self.cleaned_data
        names = values["cues"]
        if not names:
            return {}
        _, unplanted, planted = RATIOS[values["cue_ratio"] or "1:3:3"]
        design = values["cue_design"] or StudyCue.Design.VARIANTS.value
        share = (values["cue_share"] or 100) / 100
        # An answer can have an edit of each kind; a pair of answers carries one cue.
        each = share / len(names) if design == StudyCue.Design.VARIANTS else share
        cues = [CuePlan(name, each, design, self._editor(name), values["cue_reader"]) for name in names]
        return {"cues": cues, "unplanted": unplanted, "planted": planted}

    def _editor(self, name: str) -> Endpoint | None:
        by_endpoint = registry.EDITS[name].by == "endpoint"
        return self.cleaned_data["cue_endpoint"] if by_endpoint else None


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Edits by kind; who makes them stands beside those that no rule makes."""
    return [
        (words, [(edit.name, _titled(edit)) for edit in registry.EDITS.values() if edit.kind == kind])
        for kind, words in KINDS.items()
        if any(edit.kind == kind for edit in registry.EDITS.values())
    ]


def _titled(edit: registry.Edit) -> str:
    return edit.title if edit.by == "rule" else f"{edit.title} (by an endpoint)"

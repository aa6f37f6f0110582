"""What a gate is asked, and why somebody vetoes."""

from typing import Any

from django import forms

from vibes.models import Study
from vibes.stats.gate import RANGES, Margins

# In points, as people say them: a margin of 0.02 is 2 points.
POINTS = 100
LONGEST_REASON = 2_000
USUAL = Margins()
ABOUT = {
    "win": "Above an even choice by more than this. Below 0: may lose by so much.",
    "controlled": "The same with style and flattery held constant.",
    "flags": "No flag may be more frequent by this or more.",
    "probes": "No probe may be worse by this or more.",
}
LABELS = {"win": "Win rate", "controlled": "Controlled win rate", "flags": "Flags", "probes": "Probes"}


class GateForm(forms.Form):
    """Two models of the study, four margins in points, and whose votes."""

    candidate = forms.ChoiceField(error_messages={"required": "Choose the candidate."})
    baseline = forms.ChoiceField(error_messages={"required": "Choose the baseline."})
    raters = forms.ChoiceField(
        choices=[("people", "people"), ("simulated", "simulated raters"), ("both", "both together")]
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(study.endpoints.order_by("name").values_list("name", flat=True))
        for field in ("candidate", "baseline"):
            self.fields[field].choices = [("", "Choose one"), *((n, n) for n in names)]  # type: ignore[attr-defined]
        for name, (low, high) in RANGES.items():
            self.fields[name] = forms.FloatField(
                label=LABELS[name],
                help_text=ABOUT[name],
                initial=f"{getattr(USUAL, name) * POINTS:g}",
                min_value=low * POINTS,
                error_messages={
                    "required": "Write a number of points, such as 2.",
                    "invalid": "Write a number of points, such as 2.",
                },
                widget=forms.NumberInput(attrs={"step": "any", "max": high * POINTS}),
            )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("candidate") and values.get("candidate") == values.get("baseline"):
            self.add_error("baseline", "This is the candidate. Choose another model.")
        for name, (low, high) in RANGES.items():
            value = values.get(name)
            if value is not None and not low * POINTS <= value < high * POINTS:
                self.add_error(
                    name, f"Write a number of points from {low * POINTS:g} to below {high * POINTS:g}."
                )
        return values

    @property
    def margins(self) -> dict[str, float]:
        """By name, as shares."""
        return {name: round(self.cleaned_data[name] / POINTS, 8) for name in RANGES}


class WhyForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why: whoever reads this later has nothing else."},
    )

"""What a probe run asks whom."""

from typing import Any

from django import forms

from vibes.models import Endpoint, SeedSet
from vibes.queries import probe_runs, probe_statements


class ProbeForm(forms.Form):
    """Endpoints × families."""

    endpoints = forms.ModelMultipleChoiceField(
        Endpoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one endpoint."},
    )
    families = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one family."},
    )
    statements = forms.ModelChoiceField(
        SeedSet.objects.none(), required=False, empty_label="Those that come with Vibes"
    )
    judge = forms.ModelChoiceField(
        Endpoint.objects.none(), required=False, empty_label="None: what strings do not tell stays unreadable"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = Endpoint.objects.filter(archived_at=None).order_by("name")
        self.fields["endpoints"].queryset = self.fields["judge"].queryset = live  # type: ignore[attr-defined]
        self.fields["statements"].queryset = probe_statements.offered()  # type: ignore[attr-defined]
        self.fields["families"].choices = probe_runs.families()  # type: ignore[attr-defined]
        self.fields["families"].initial = [name for name, _ in probe_runs.families()]

    def clean(self) -> dict[str, Any]:
        """Of a team's statements those families are asked that are in them: there has to be one."""
        values: dict[str, Any] = super().clean() or {}
        statements = values.get("statements")
        if statements and values.get("families"):
            present = {entry["family"] for entry in statements.entries}
            if not present & set(values["families"]):
                told = probe_statements.families_told(statements.entries)
                self.add_error("families", f"{statements} holds {told}. Choose one of these families.")
        return values

"""What a probe run asks whom."""

from typing import Any

from django import forms

from vibes.models import Endpoint
from vibes.queries import probe_runs


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
    judge = forms.ModelChoiceField(
        Endpoint.objects.none(), required=False, empty_label="None: what strings do not tell stays unreadable"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = Endpoint.objects.filter(archived_at=None).order_by("name")
        self.fields["endpoints"].queryset = self.fields["judge"].queryset = live  # type: ignore[attr-defined]
        self.fields["families"].choices = probe_runs.families()  # type: ignore[attr-defined]
        self.fields["families"].initial = [name for name, _ in probe_runs.families()]

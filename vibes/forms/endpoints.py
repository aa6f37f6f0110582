"""The form of an endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms

from vibes.models import Endpoint

if TYPE_CHECKING:
    _EndpointModelForm = forms.ModelForm[Endpoint]
else:  # Django's form classes take no parameters at run time
    _EndpointModelForm = forms.ModelForm

KEY_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*_API_KEY$")


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

"""The form of an endpoint. A file of endpoints goes through it too, so that there is one set of rules."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from vibes.models import Endpoint
from vibes.services import addresses, endpoints, keys

if TYPE_CHECKING:
    _EndpointModelForm = forms.ModelForm[Endpoint]
else:  # Django's form classes take no parameters at run time
    _EndpointModelForm = forms.ModelForm

# What the endpoint's own fields and the engine say must not be said again, and differently, in the further parameters.
TAKEN = {
    "model": "Model",
    "messages": "the prompt",
    "input": "the prompt",
    "system": "System prompt",
    "instructions": "System prompt",
    "stream": "Stream answers",
}
SECRETS = ("api_key", "apikey", "authorization", "password", "secret")
LEAST_THINKING = 1024
# Left empty, these are what the model's fields say.
WITH_DEFAULT = ("max_tokens", "timeout_seconds", "slots", "batch_share")
# field: (least, most)
BOUNDS: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "max_tokens": (1, 1_000_000),
    "thinking_tokens": (1, 1_000_000),
    "slots": (1, 1000),
    "timeout_seconds": (1, 3600),
    "requests_per_minute": (1, 1_000_000),
    "tokens_per_minute": (1, 1_000_000_000),
    "price_in": (0, 100_000),
    "price_out": (0, 100_000),
    "price_cached": (0, 100_000),
    "price_cache_write": (0, 100_000),
    "batch_share": (0, 1),
}
NEW_KEY_TYPED = "What was typed there is not shown again: if it was a key, it was neither stored nor logged."


class EndpointForm(_EndpointModelForm):
    """All of an endpoint. Its address is text here: the model's own check knows no names without a dot."""

    base_url = forms.CharField(max_length=300, required=False)

    class Meta:
        model = Endpoint
        fields = (
            "name",
            "provider",
            "model",
            "key_variable",
            "system",
            "temperature",
            "max_tokens",
            "seed",
            "effort",
            "thinking_tokens",
            "slots",
            "timeout_seconds",
            "requests_per_minute",
            "tokens_per_minute",
            "price_in",
            "price_out",
            "price_cached",
            "price_cache_write",
            "batch_share",
            "stream",
            "cache_prompts",
            "extra",
        )
        widgets = {
            "system": forms.Textarea(attrs={"rows": 3}),
            "extra": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            "model": forms.TextInput(attrs={"list": "offered-models", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("base_url", self.instance.base_url)
        for name in endpoints.PRICES:  # without the zeros that the database adds
            if isinstance(self.initial.get(name), Decimal):
                self.initial[name] = format(self.initial[name].normalize(), "f")
        for name in WITH_DEFAULT:
            self.fields[name].required = False
        for name, (least, most) in BOUNDS.items():
            self.fields[name].widget.attrs |= {"min": least, "max": most}
        for name in ("base_url", "key_variable"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_base_url(self) -> str:
        base_url = str(self.cleaned_data["base_url"]).strip().rstrip("/")
        if base_url:
            try:
                addresses.check(base_url)
            except addresses.AddressRefused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return base_url

    def clean_key_variable(self) -> str:
        name = str(self.cleaned_data["key_variable"]).strip()
        if name and not keys.is_reference(name):
            raise forms.ValidationError(keys.NO_NAME)
        return name

    def clean_extra(self) -> dict[str, Any]:
        extra = self.cleaned_data["extra"]
        if extra is None:
            return {}
        if not isinstance(extra, dict):
            raise forms.ValidationError('Write an object, such as {"top_k": 20}.')
        for name in extra:
            if name.lower() in TAKEN:
                raise forms.ValidationError(
                    f"{name} has a place of its own: {TAKEN[name.lower()]}. Leave it out here."
                )
            if any(word in name.lower() for word in SECRETS):
                raise forms.ValidationError("A key has no place here. Name its variable or file above.")
        return extra

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in WITH_DEFAULT:
            if name in values and values[name] is None:
                values[name] = getattr(Endpoint(), name)
        for name, (least, most) in BOUNDS.items():
            value = values.get(name)
            if value is not None and not least <= value <= most:
                self.add_error(name, f"Write a number from {least:,} to {most:,}.")
        self._check_address(values)
        self._check_thinking(values)
        self._check_prices(values)
        self._check_key(values)
        return values

    def _check_address(self, values: dict[str, Any]) -> None:
        if values.get("provider") == Endpoint.Provider.LOCAL and values.get("base_url") == "":
            self.add_error("base_url", "A local server needs its address, such as http://127.0.0.1:8000/v1.")

    def _check_thinking(self, values: dict[str, Any]) -> None:
        thinking, most = values.get("thinking_tokens"), values.get("max_tokens")
        if values.get("provider") != Endpoint.Provider.ANTHROPIC or thinking is None or most is None:
            return
        if thinking < LEAST_THINKING:
            self.add_error("thinking_tokens", f"Anthropic takes no fewer than {LEAST_THINKING:,}.")
        elif thinking >= most:
            self.add_error(
                "thinking_tokens", f"Must be less than Most tokens ({most:,}), which counts them too."
            )

    def _check_prices(self, values: dict[str, Any]) -> None:
        missing = [name for name in ("price_in", "price_out") if name in values and values[name] is None]
        given = any(values.get(name) is not None for name in endpoints.PRICES if name != "batch_share")
        for name in missing if given else ():
            self.add_error(name, "Give this price too, or none: without it no cost can be told.")

    def _check_key(self, values: dict[str, Any]) -> None:
        if "base_url" not in values or "provider" not in values or "key_variable" not in values:
            return
        named = {name: str(values[name]) for name in ("provider", "base_url", "key_variable")}
        try:
            endpoints.check_key(**named, besides=self.instance.pk)
        except keys.KeyRefused as refusal:
            self.add_error("key_variable", str(refusal))

    def without_typed_key(self) -> EndpointForm:
        """The same form for the page, with the key field empty where something else than a name was typed there."""
        typed = str(self.data.get("key_variable", ""))
        if typed and not keys.is_reference(typed.strip()):
            self.data = dict(self.data.items()) | {"key_variable": ""}
            self.add_error("key_variable", NEW_KEY_TYPED)
        return self


def as_typed(values: dict[str, Any]) -> dict[str, Any]:
    """Settings of a file as a browser would send them."""
    typed = {name: _typed(name, value) for name, value in values.items()}
    return {name: value for name, value in typed.items() if value is not None}


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "on" if value else None
    if isinstance(value, Decimal):
        return format(value, "f")
    return value

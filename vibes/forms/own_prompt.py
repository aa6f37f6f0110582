"""A rater's own prompt."""

from typing import Any

from django import forms

from vibes.models import Prompt, Study
from vibes.services.live import OTHER

MOST_CHARACTERS = 4000


class OwnPromptForm(forms.Form):
    """Its kind is one of the study's classes of prompts, or other."""

    text = forms.CharField(
        max_length=MOST_CHARACTERS,
        error_messages={"required": "Write a prompt first."},
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    prompt_class = forms.ChoiceField(required=False)

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = Prompt.objects.filter(studies=study).exclude(prompt_class__in=["", OTHER])
        names = asked.order_by("prompt_class").values_list("prompt_class", flat=True).distinct()
        self.fields["prompt_class"].choices = [("", OTHER), *((name, name) for name in names)]  # type: ignore[attr-defined]

"""A rater's own prompt, or those that they write before a set."""

from typing import Any

from django import forms

from vibes.models import Prompt, Study
from vibes.services.own_prompts import OTHER

MOST_CHARACTERS = 4000
# However many a set takes: the page stays one that is read.
MOST_AT_ONCE = 10


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
        self.fields["prompt_class"].choices = classes(study)  # type: ignore[attr-defined]


class OwnPromptsForm(forms.Form):
    """So many of them, each of which may be left empty."""

    def __init__(self, study: Study, count: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = range(1, min(count, MOST_AT_ONCE) + 1)
        for number in self.numbers:
            self.fields[f"text_{number}"] = forms.CharField(
                required=False,
                max_length=MOST_CHARACTERS,
                widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            )
            self.fields[f"class_{number}"] = forms.ChoiceField(required=False, choices=classes(study))

    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(number, self[f"text_{number}"], self[f"class_{number}"]) for number in self.numbers]

    def texts(self) -> list[tuple[str, str]]:
        """Those that were written, with the class of each."""
        values = self.cleaned_data
        both = [(values[f"text_{number}"], values[f"class_{number}"]) for number in self.numbers]
        return [(text, kind) for text, kind in both if text]


def classes(study: Study) -> list[tuple[str, str]]:
    """Of the study's prompts, or other."""
    asked = Prompt.objects.filter(studies=study).exclude(prompt_class__in=["", OTHER])
    names = asked.order_by("prompt_class").values_list("prompt_class", flat=True).distinct()
    return [("", OTHER), *((name, name) for name in names)]

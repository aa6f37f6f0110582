"""Forms of the rating room: what a page may send, typed."""

from typing import Any

from django import forms
from django.http import QueryDict

from annotations import rubrics
from annotations.rubrics import Questions
from annotations.services.details import Details, Refused, Span
from annotations.services.judgements import Answer, Telemetry

SIDES = ("left", "right")
MARKS = [(mark, mark) for mark in range(1, rubrics.MOST_POINTS + 1)]
CONFIDENCE = list(rubrics.CONFIDENCE.items())
LONGEST_SPAN = 2_000
LONGEST_SPANS = rubrics.MOST_SPANS * 3 * LONGEST_SPAN


def _flag() -> forms.NullBooleanField:
    """1, 0 or nothing; Django's own widget for it reads other words."""
    return forms.NullBooleanField(required=False, widget=forms.TextInput)


class _SingleAnswers(forms.Form):
    """Where one value is asked, two are refused: which of them was meant, nobody knows."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, forms.MultipleChoiceField) or not isinstance(self.data, QueryDict):
                continue
            if len(self.data.getlist(name)) > 1:
                self.add_error(name, "More than one value was sent where one is asked.")
        return values


class VerdictForm(_SingleAnswers):
    """A verdict with what the page saw. The verdict itself is judged by the service, which knows the rubric."""

    verdict = forms.CharField(max_length=20, required=False)
    strength = forms.IntegerField(required=False, min_value=-4, max_value=4)
    key = forms.CharField(max_length=64)
    first_action_ms = forms.IntegerField(required=False, min_value=0)
    seconds_visible = forms.FloatField(required=False, min_value=0)
    scrolled_left = _flag()
    scrolled_right = _flag()
    raw_toggled = _flag()
    thoughts_opened = _flag()
    viewport_width = forms.IntegerField(required=False, min_value=0, max_value=100_000)
    colour_scheme = forms.ChoiceField(required=False, choices=[("light", "light"), ("dark", "dark")])

    def answer(self) -> Answer:
        values = self.cleaned_data.copy()
        clicked = {name: values.pop(name) for name in ("verdict", "strength", "key")}
        return Answer(**clicked, telemetry=Telemetry(**values))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("verdict") and values.get("strength") is None and not self.errors:
            self.add_error("verdict", "This field is required.")
        return values


class LeanForm(_SingleAnswers):
    lean = forms.CharField(max_length=1)
    key = forms.CharField(max_length=64)


class DetailsForm(_SingleAnswers):
    """What the rubric asks after the vote: fields by name and column, such as `quality_left` and `flags_right`."""

    key = forms.CharField(max_length=64)
    comment = forms.CharField(required=False, max_length=rubrics.LONGEST_COMMENT)
    confidence = forms.TypedChoiceField(required=False, choices=CONFIDENCE, coerce=int, empty_value=None)
    recognised = forms.ChoiceField(required=False, choices=[("no", "No"), ("yes", "Yes")])
    recognised_left = forms.CharField(required=False, max_length=rubrics.LONGEST_MODEL)
    recognised_right = forms.CharField(required=False, max_length=rubrics.LONGEST_MODEL)

    def __init__(self, asked: Questions, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for side in SIDES:
            for name in asked.aspects:
                self.fields[f"{name}_{side}"] = forms.TypedChoiceField(
                    required=False, choices=MARKS, coerce=int, empty_value=None
                )
            for group, names in (("flags", asked.flags), ("reasons", asked.reasons)):
                self.fields[f"{group}_{side}"] = forms.MultipleChoiceField(
                    required=False, choices=[(name, name) for name in names]
                )
            self.fields[f"spans_{side}"] = forms.JSONField(required=False, max_length=LONGEST_SPANS)

    def details(self) -> Details:
        """Raises Refused for marked passages that are none."""
        values = self.cleaned_data
        return Details(
            aspects={side: self._marks(side) for side in SIDES},
            flags={side: values[f"flags_{side}"] for side in SIDES},
            reasons={side: values[f"reasons_{side}"] for side in SIDES},
            spans={side: _spans(values[f"spans_{side}"]) for side in SIDES},
            confidence=values["confidence"],
            comment=values["comment"],
            recognised=self._recognised(),
        )

    def _recognised(self) -> dict[str, str]:
        """By column, as in `Details`. A name tells as much as a yes; a no takes back what was typed before it."""
        told = self.cleaned_data["recognised"]
        names = {side: self.cleaned_data[f"recognised_{side}"] for side in SIDES}
        if told == "no":
            return dict.fromkeys(SIDES, "")
        if any(names.values()):
            return names
        return dict.fromkeys(SIDES, rubrics.UNNAMED) if told == "yes" else {}

    def _marks(self, side: str) -> dict[str, int]:
        marks = {name: self.cleaned_data[f"{name}_{side}"] for name in self.asked.aspects}
        return {name: mark for name, mark in marks.items() if mark is not None}


def _spans(given: Any) -> list[Span]:
    """Marked passages, as the page's script lists them. Raises Refused."""
    try:
        found = [Span(int(s["turn"]), int(s["start"]), int(s["end"]), str(s["text"])) for s in given or []]
    except (KeyError, TypeError, ValueError):
        raise Refused("A marked passage has turn, start, end and text.") from None
    if any(not 0 <= s.start < s.end or s.turn < 0 or len(s.text) > LONGEST_SPAN for s in found):
        raise Refused(f"A marked passage has from 1 to {LONGEST_SPAN:,} characters.")
    return found


class KeyForm(forms.Form):
    key = forms.CharField(max_length=64)


class ResumeForm(forms.Form):
    code = forms.CharField(max_length=40)


class ConsentForm(forms.Form):
    agree = forms.BooleanField()

"""What raters are asked, to be changed: begins with what they are asked now."""

from typing import Any

from django import forms
from django.http import QueryDict

from annotations.asked import Asked
from annotations.models import Protocol
from annotations.rubrics import PRESETS, Rubric
from annotations.services import instructions, protocols
from vibes.forms.rubrics import OWN, RATES, SCALES, RubricForm
from vibes.services.studies import PLAIN_TITLE

STORED_RATES = {"gold": "gold_rate", "repeats": "repeat_rate", "identical": "identical_rate"}


class AskedForm(RubricForm):
    """`seen`: the protocol that the page was filled in from. What is left as it stood stays as it is stored."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    rater_title = forms.CharField(max_length=200, required=False)
    overlap = forms.IntegerField(min_value=1, max_value=50)
    session_length = forms.IntegerField(min_value=1, max_value=500)

    def __init__(self, protocol: Protocol, data: QueryDict | None = None) -> None:
        self.stored = Asked.of(protocol)
        super().__init__(data, initial=_initial(self.stored) | {"seen": protocol.pk})

    def asked(self) -> Asked:
        values = self.cleaned_data
        rates = {STORED_RATES[name]: self._rate(name, STORED_RATES[name]) for name in RATES}
        return Asked(
            title=values["rater_title"] or PLAIN_TITLE,
            instructions=self._instructions(),
            consent=self._consent(),
            overlap=values["overlap"],
            session_length=values["session_length"],
            rubric=self.chosen_rubric(),
            recognise_rate=self._rate("recognise", "recognise_rate"),
            reveal=self.after()["reveal"],
            replay=values["replay"],
            own_prompts=values["own_prompts"] or 0,
            own_prompts_later=self.answered_later(),
            **rates,
            **self.training(),
        )

    def _rate(self, name: str, stored: str) -> float:
        """The page shows whole per cent; a finer share that was left alone stays."""
        sent, before = self.cleaned_data[name] or 0, float(getattr(self.stored, stored))
        return before if sent == _percent(before) else sent / 100

    def _instructions(self) -> str:
        """Usual ones follow the rubric, as in the builder."""
        told, before = _plain(self.cleaned_data["instructions"]), self.stored.instructions
        usual_before = _plain(before) == _plain(instructions.usual(self.stored.rubric))
        if not told or told == _plain(protocols.DEFAULT_INSTRUCTIONS):
            return self._usual()
        if told != _plain(before):
            return told
        return self._usual() if usual_before else before

    def _usual(self) -> str:
        """As stored, where the rubric asks for the same."""
        usual, before = instructions.usual(self.chosen_rubric()), self.stored.instructions
        return before if _plain(usual) == _plain(before) else usual

    def _consent(self) -> str:
        agreed = _plain(self.cleaned_data["consent"])
        if agreed == _plain(self.stored.consent):
            return self.stored.consent
        return agreed or protocols.DEFAULT_CONSENT


def _initial(asked: Asked) -> dict[str, Any]:
    return _rubric(asked.rubric) | {
        "rater_title": asked.title,
        "instructions": _sent(asked.instructions),
        "consent": _sent(asked.consent),
        "overlap": asked.overlap,
        "session_length": asked.session_length,
        **{name: _percent(getattr(asked, stored)) for name, stored in STORED_RATES.items()},
        "recognise": _percent(asked.recognise_rate),
        "training_length": asked.training_length,
        "training_pass": asked.training_pass,
        "reveal": asked.reveal,
        "replay": asked.replay,
        "own_prompts": asked.own_prompts,
        "own_prompts_later": asked.own_prompts_later,
    }


def _rubric(rubric: Rubric) -> dict[str, Any]:
    """The preset that asks the same, and the fields of an own one beside it."""
    asked = rubric.questions
    both = (rubric.scale, rubric.both_bad)
    return {
        "rubric": next((name for name, preset in PRESETS.items() if _same(preset, rubric)), OWN),
        "own_scale": next(name for name, (_, *choice) in SCALES.items() if tuple(choice) == both),
        "own_lean": rubric.lean.value,
        "own_aspects": list(asked.aspects),
        "own_flags": list(asked.flags),
        "own_reasons": list(asked.reasons),
        "own_more": [name for name in ("confidence", "comment", "spans") if getattr(asked, name)],
    }


def _same(one: Rubric, other: Rubric) -> bool:
    """Whatever they are called."""
    return all(
        getattr(one, name) == getattr(other, name) for name in ("scale", "lean", "both_bad", "questions")
    )


def _percent(rate: float) -> int:
    return round(100 * rate)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _sent(text: str) -> str:
    """As a browser sends it back."""
    return text.strip().replace("\n", "\r\n")

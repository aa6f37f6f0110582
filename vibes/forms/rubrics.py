"""What raters are asked: the part of the study builder that makes a rubric, its texts and its checks."""

from typing import Any, TypedDict

from django import forms

from annotations import rubrics
from annotations.models import Protocol
from annotations.rubrics import PRESETS, Lean, Questions, Rubric, Scale
from annotations.services import instructions, protocols

OWN = "own"
MOST_PERCENT = round(100 * protocols.MOST_CHECKS)
MOST_OWN_PROMPTS = 100
MOST_TRAINING = 50
LONGEST_TEXT = 20_000
RATES = ("gold", "repeats", "identical")
# choice: (what it says, its scale, whether both may be bad)
SCALES = {
    "four": ("A, B, tie, both bad", Scale.FOUR, True),
    "three": ("A, B, tie", Scale.FOUR, False),
    "five": ("Five points: A much better, A, tie, B, B much better", Scale.FIVE, False),
    "eight": ("Eight points, without a tie", Scale.EIGHT, False),
}
LEANS = [
    (Lean.NEVER.value, "Never"),
    (Lean.TIE.value, "After a tie"),
    (Lean.UNDECIDED.value, "After a tie and after both bad"),
]


class Texts(TypedDict):
    """Markdown."""

    instructions: str
    consent: str


class Rates(TypedDict):
    """Shares of a session."""

    gold_rate: float
    repeat_rate: float
    identical_rate: float


class Training(TypedDict):
    """Comparisons of the round, and how many must be answered as expected."""

    training_length: int
    training_pass: int


class After(TypedDict):
    """What follows a vote, and a set."""

    recognise_rate: float
    reveal: str


def _ticked(words: dict[str, str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False, choices=list(words.items()), widget=forms.CheckboxSelectMultiple
    )


def _percent() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=MOST_PERCENT, initial=0)


def _as_sent(text: str) -> str:
    """As a browser sends it back, so that a text left alone counts as unchanged."""
    return text.strip().replace("\n", "\r\n")


class RubricForm(forms.Form):
    """A preset rubric or an own one; the `own_` fields count for the own one only."""

    rubric = forms.ChoiceField(
        choices=[
            *[(name, rubric.label) for name, rubric in PRESETS.items()],
            (OWN, "Own: put together here"),
        ],
        initial="vibes",
        widget=forms.RadioSelect,
    )
    own_scale = forms.ChoiceField(
        required=False,
        choices=[(name, label) for name, (label, _, _) in SCALES.items()],
        initial="four",
        widget=forms.RadioSelect,
    )
    own_lean = forms.ChoiceField(
        required=False, choices=LEANS, initial=Lean.TIE.value, widget=forms.RadioSelect
    )
    own_aspects = _ticked(rubrics.ASPECTS)
    own_flags = _ticked(rubrics.FLAGS)
    own_reasons = _ticked(rubrics.REASONS)
    own_more = _ticked(
        {
            "confidence": "How sure the rater is",
            "comment": "A comment",
            "spans": "Marked passages of the answers",
        }
    )
    instructions = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        initial=_as_sent(protocols.DEFAULT_INSTRUCTIONS),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    consent = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        initial=_as_sent(protocols.DEFAULT_CONSENT),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    gold = _percent()
    repeats = _percent()
    identical = _percent()
    training_length = forms.IntegerField(required=False, min_value=0, max_value=MOST_TRAINING, initial=0)
    training_pass = forms.IntegerField(required=False, min_value=0, max_value=MOST_TRAINING, initial=0)
    recognise = forms.IntegerField(required=False, min_value=0, max_value=100, initial=0)
    reveal = forms.ChoiceField(
        required=False,
        choices=Protocol.Reveal.choices,
        initial=Protocol.Reveal.NEVER,
        widget=forms.RadioSelect,
    )

    replay = forms.BooleanField(required=False)
    own_prompts = forms.IntegerField(required=False, min_value=0, max_value=MOST_OWN_PROMPTS, initial=0)
    own_prompts_later = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("rubric") == OWN:
            self._check_lean(values)
        self._check_rates(values)
        self._check_training(values)
        return values

    def answered_later(self) -> bool:
        """Whether raters write their prompts before a set; of no prompts nothing is said."""
        return bool(self.cleaned_data["own_prompts"] and self.cleaned_data["own_prompts_later"])

    def _check_lean(self, values: dict[str, Any]) -> None:
        scale = values.get("own_scale") or "four"
        lean = values.get("own_lean") or Lean.TIE.value
        if scale == "eight" and lean != Lean.NEVER:
            self.add_error("own_lean", "Eight points have no tie to lean after: choose never.")
        elif lean == Lean.UNDECIDED and not SCALES[scale][2]:
            self.add_error("own_lean", "On this scale nobody says both bad: choose after a tie.")

    def _check_rates(self, values: dict[str, Any]) -> None:
        if sum(values.get(name) or 0 for name in RATES) > MOST_PERCENT:
            self.add_error(
                "gold",
                f"Known answers, repeats and identical pairs are at most {MOST_PERCENT} % of a session together.",
            )

    def _check_training(self, values: dict[str, Any]) -> None:
        length, wanted = (values.get(name) or 0 for name in ("training_length", "training_pass"))
        if wanted > length:
            self.add_error(
                "training_pass", f"A round of {length} cannot be passed with {wanted} as expected."
            )

    def chosen_rubric(self) -> Rubric:
        values = self.cleaned_data
        if values["rubric"] != OWN:
            return PRESETS[values["rubric"]]
        _, scale, both_bad = SCALES[values["own_scale"] or "four"]
        asked = Questions(
            aspects=tuple(values["own_aspects"]),
            flags=tuple(values["own_flags"]),
            reasons=tuple(values["own_reasons"]),
            **dict.fromkeys(values["own_more"], True),
        )
        return Rubric("Own", scale, Lean(values["own_lean"] or Lean.TIE), both_bad, asked)

    def texts(self) -> Texts:
        """Instructions and consent. What was left empty or as it stood is the usual text, as the rubric asks."""
        told = _text(self.cleaned_data["instructions"])
        agreed = _text(self.cleaned_data["consent"])
        if told in ("", _text(protocols.DEFAULT_INSTRUCTIONS)):
            told = instructions.usual(self.chosen_rubric())
        return {"instructions": told, "consent": agreed or protocols.DEFAULT_CONSENT}

    def rates(self) -> Rates:
        gold, repeats, identical = ((self.cleaned_data[name] or 0) / 100 for name in RATES)
        return {"gold_rate": gold, "repeat_rate": repeats, "identical_rate": identical}

    def training(self) -> Training:
        length, wanted = (self.cleaned_data[name] or 0 for name in ("training_length", "training_pass"))
        return {"training_length": length, "training_pass": wanted}

    def after(self) -> After:
        return {
            "recognise_rate": (self.cleaned_data["recognise"] or 0) / 100,
            "reveal": self.cleaned_data["reveal"] or Protocol.Reveal.NEVER.value,
        }


def _text(sent: str) -> str:
    """With a page's line ends as ours."""
    return sent.replace("\r\n", "\n").strip()

"""The filter of results: whose judgements, on what, by which rules. An address holds all of it."""

import re
from typing import Any

from django import forms
from django.http import QueryDict

from vibes.models import Study
from vibes.queries import studies
from vibes.stats.conditions import Condition, parse_condition
from vibes.stats.frames import FrameError
from vibes.stats.results import SpecificationRecord

# People are never mixed with simulated raters unless asked.
RATERS = {"people": ("person",), "simulated": ("simulated",), "both": ("person", "simulated")}
TIES = [("ordinal", "ordinal, personal thresholds"), ("davidson", "Davidson"), ("half", "half a win each")]
BOTH_BAD = [("out", "out of the strengths"), ("tie", "a tie, as LMArena has it")]
AUTHORED = [("", "all prompts"), ("true", "raters’ own"), ("false", "others’")]
TURNS = [("", "any"), ("one", "one turn"), ("several", "two turns or more")]
ONE, SEVERAL = Condition("user_turns", ("1",), "<="), Condition("user_turns", ("2",), ">=")
LAST_SECOND = "T23:59:59.999999"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOST = 20
LONGEST = 20_000


class RunFilterForm(forms.Form):
    """Nothing in it is needed: an empty address asks for people's judgements on everything. Without a study, of a file."""

    raters = forms.ChoiceField(
        required=False,
        choices=[("people", "people"), ("simulated", "simulated raters"), ("both", "both together")],
    )
    ties = forms.ChoiceField(required=False, choices=TIES)
    both_bad = forms.ChoiceField(required=False, label="Both bad", choices=BOTH_BAD)
    prompt_class = forms.ChoiceField(required=False, label="Class of prompts")
    authored = forms.ChoiceField(required=False, label="Whose prompts", choices=AUTHORED)
    turns = forms.ChoiceField(required=False, label="Turns of the user", choices=TURNS)
    since = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    where = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Further conditions",
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    first = forms.CharField(required=False, max_length=200)
    second = forms.CharField(required=False, max_length=200)

    def __init__(self, data: QueryDict | None = None, *, study: Study | None, **kwargs: Any) -> None:
        # A condition is a line, and may as well be a parameter of its own.
        lines = {} if data is None else {"where": "\n".join(data.getlist("where"))}
        super().__init__(None if data is None else data.dict() | lines, **kwargs)
        names = [name for name, _ in studies.classes(study) if name != studies.NO_CLASS] if study else []
        self.fields["prompt_class"].choices = [("", "all classes"), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def clean_where(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["where"].splitlines() if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(f"These are {len(lines)} conditions. Write at most {MOST}.")
        try:
            return [str(parse_condition(line)) for line in lines]
        except FrameError as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def conditions(self) -> list[str]:
        """All of it as conditions on rows of the judgement frame."""
        chosen = self.cleaned_data
        since, until = chosen["since"], chosen["until"]
        found = [
            Condition("prompt_class", (chosen["prompt_class"],)) if chosen["prompt_class"] else None,
            Condition("authored", (chosen["authored"],)) if chosen["authored"] else None,
            {"one": ONE, "several": SEVERAL}.get(chosen["turns"]),
            Condition("created_at", (since.isoformat(),), ">=") if since else None,
            Condition("created_at", (until.isoformat() + LAST_SECOND,), "<=") if until else None,
        ]
        return [*(str(one) for one in found if one), *chosen["where"]]

    @property
    def same(self) -> list[list[str]]:
        """The pair of endpoints that claim to be one model, where somebody asks about one."""
        pair = [self.cleaned_data["first"], self.cleaned_data["second"]]
        return [pair] if all(pair) and pair[0] != pair[1] else []


def chosen_by(specification: SpecificationRecord) -> dict[str, str]:
    """The values with which the form asks for the same again."""
    kinds = tuple(specification["rater_kinds"])
    values = {
        "raters": next((name for name, those in RATERS.items() if those == kinds), "both"),
        "ties": specification["ties"],
        "both_bad": specification["both_bad"],
    }
    rest = []
    for text in specification["where"]:
        told = _field_of(parse_condition(text))
        if told and told[0] not in values:
            values[told[0]] = told[1]
        else:
            rest.append(text)
    for first, second in specification.get("same", [])[:1]:
        values |= {"first": first, "second": second}
    return values | ({"where": "\n".join(rest)} if rest else {})


def _field_of(condition: Condition) -> tuple[str, str] | None:
    """The field that makes this condition, and its value."""
    value = condition.values[0]
    if condition in (ONE, SEVERAL):
        return "turns", "one" if condition == ONE else "several"
    match condition.column, condition.sign:
        case (("prompt_class" | "authored"), "=") if len(condition.values) == 1:
            return condition.column, value
        case "created_at", ">=" if DAY.fullmatch(value):
            return "since", value
        case "created_at", "<=" if DAY.fullmatch(value.removesuffix(LAST_SECOND)):
            return "until", value.removesuffix(LAST_SECOND)
    return None

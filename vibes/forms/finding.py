"""What is looked for among a study's comparisons: all of it stands in the address."""

from typing import Any

from django import forms
from django.http import QueryDict

from annotations.models import Rater
from annotations.rubrics import FLAGS, REASONS
from vibes.models import Study
from vibes.queries import finding_words, studies
from vibes.queries.disagreements import KINDS, SAID
from vibes.queries.finding import Wanted
from vibes.queries.finding_words import NotToBeFound, Term

ANY = ("", "Any")
RATERS = {"people": Rater.Kind.PERSON, "simulated": Rater.Kind.SIMULATED, "machines": Rater.Kind.MACHINE}
RATER_WORDS = {"people": "People", "simulated": "Simulated raters", "machines": "Judges"}
APART = [("none", "All say the same"), *KINDS.items()]
JUDGED = [("yes", "Somebody judged it"), ("no", "Nobody judged it")]
# What the winning side, if more raters chose one side than the other, had more of.
WINNERS = {
    "longer-won": ("longer", "won", "The longer side won"),
    "longer-lost": ("longer", "lost", "The longer side lost"),
    "formatted-won": ("formatted", "won", "The side with more formatting won"),
    "formatted-lost": ("formatted", "lost", "The side with more formatting lost"),
    "cued-won": ("cued", "won", "The side with the cue won"),
    "cued-lost": ("cued", "lost", "The side with the cue lost"),
}
NO_CLASS = "no class"
# In this order on the page, after the words.
SHOWN = (
    "raters",
    "said",
    "apart",
    "endpoint",
    "outcome",
    "against",
    "winner",
    "prompts",
    "cue",
    "side",
    "flag",
    "reason",
    "judged",
)
LARGEST_ID = 2**63 - 1
# Facts of the votes of one kind of rater, by the field that asks for them.
OF_VOTES = ("said", "judged", "apart", "flag", "reason")


def _choice(label: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, **options)


class FindingForm(forms.Form):
    """GET. What an address asks for and the study has not is an error, so that a shared address never shows other rows in
    silence."""

    q = forms.CharField(label="Words", required=False, strip=True)
    raters = _choice("Whose votes", choices=list(RATER_WORDS.items()))
    judged = _choice("Judged", choices=[ANY, *JUDGED])
    said = _choice(
        "Somebody said", choices=[ANY, *((name, word.capitalize()) for name, word in SAID.items())]
    )
    apart = _choice("What against what", choices=[ANY, *APART])
    endpoint = _choice("Endpoint")
    against = _choice("Against")
    outcome = _choice("Won or lost", choices=[ANY, ("won", "Won"), ("lost", "Lost")])
    winner = _choice("The winner", choices=[ANY, *((name, words[2]) for name, words in WINNERS.items())])
    cue = _choice("Cue")
    side = _choice("Cue on", choices=[ANY, ("a", "A"), ("b", "B"), ("none", "Neither")])
    flag = _choice("Flag", choices=[ANY, *FLAGS.items()])
    reason = _choice("Reason", choices=[ANY, *REASONS.items()])
    # Not `class`, which is no name in Python: `prompts` says of which class the prompts are.
    prompts = _choice("Prompt class")
    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    after = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)

    def __init__(self, study: Study, data: QueryDict) -> None:
        super().__init__({name: data.get(name, "").replace("\x00", " ") for name in self.base_fields})
        named = [(str(pk), name) for pk, name in study.endpoints.order_by("name").values_list("pk", "name")]
        classes = [(name, name) for name, _ in studies.classes(study)]
        cues = [(cue.label, cue.label) for cue in study.cues.all()]
        choices = {"endpoint": named, "against": named, "cue": cues, "prompts": classes}
        asks = study.protocol.questions
        self.useless = {name for name, known in choices.items() if len(known) < 2 and name != "cue"}
        self.useless |= {name for name in ("flag", "reason") if not asks.get(f"{name}s")}
        self.useless |= set() if cues else {"cue", "side"}
        for name, known in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [ANY, *known]
        for name, field in self.fields.items():
            field.error_messages["invalid_choice"] = (
                f"“{field.label}” asks for something that this study has not: %(value).60s."
            )
            if name in ("before", "after"):
                field.error_messages |= dict.fromkeys(
                    ("invalid", "min_value", "max_value"), "There is no such page."
                )

    def clean_q(self) -> list[Term]:
        """Terms in place of the text."""
        try:
            terms = finding_words.terms(self.cleaned_data["q"])
        except NotToBeFound as error:
            raise forms.ValidationError(str(error)) from None
        if self.cleaned_data["q"] and not terms:
            raise forms.ValidationError("There is no word in this search: signs alone are not looked for.")
        return terms

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") and not values.get("endpoint"):
            raise forms.ValidationError("Choose the endpoint that won or lost.")
        if values.get("against") and values.get("against") == values.get("endpoint"):
            raise forms.ValidationError("Choose two endpoints that are not the same.")
        return values

    def wanted(self) -> Wanted:
        """Of a valid form."""
        values = self.cleaned_data
        facts: list[tuple[str, object]] = [("on", values[n]) for n in ("endpoint", "against") if values[n]]
        if values["cue"]:
            facts.append(("cue", values["cue"]))
        if values["side"]:
            facts.append(("side", "" if values["side"] == "none" else values["side"]))
        if values["prompts"]:
            facts.append(("class", "" if values["prompts"] == NO_CLASS else values["prompts"]))
        of_votes: list[tuple[str, object]] = [(n, values[n]) for n in OF_VOTES if values[n]]
        if values["outcome"]:
            of_votes.append((values["outcome"], values["endpoint"]))
        if values["winner"]:
            of_votes.append(WINNERS[values["winner"]][:2])
        return Wanted(
            kind=RATERS[values["raters"] or "people"].value,
            terms=tuple(values["q"]),
            facts=tuple(facts),
            of_votes=tuple(of_votes),
            before=values["before"],
            after=values["after"],
        )

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that this study has a use for, and whatever the address asks for."""
        return [self[name] for name in SHOWN if self[name].value() or name not in self.useless]

    @property
    def told(self) -> list[str]:
        """What is wrong, in sentences."""
        return [str(message) for messages in self.errors.values() for message in messages]

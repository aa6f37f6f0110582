"""What each comparison of a study shows, with its key, by the names of the judgement frame: the same for all its judgements.

A million judgements are of ten thousand comparisons and two thousand answers: each answer is read and put into words once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet

from annotations.models import Comparison
from vibes.datasets.turns import Turn, prefix_of, side_of, spoken
from vibes.models import Arm, Generation, Prompt, Study
from vibes.queries import took

Row = dict[str, object]
GOLD = "gold comparison"
# What the column says of a setting of the endpoint.
COMPUTE = {"effort": "effort", "thinking": "thinking_tokens"}
# What is read of an answer.
ANSWER = ("text", "thoughts", "transcript", "snapshot", "endpoint__name", *took.READ)
CHOSEN = {Study.Selection.MAJORITY: "majority", Study.Selection.BEST: "best"}


class _Shown(NamedTuple):
    """One comparison: two answers of the study, or one with itself. `edit`: what stands in place of the answer on the side
    `cue_on`."""

    comparison: int
    cue_on: str
    edit: str | None
    matchup: int
    prompt: int
    generation_a: int
    generation_b: int
    cue: int | None


_READ = (
    "comparison",
    "cue_on",
    "edit__text",
    "matchup",
    "matchup__prompt",
    "matchup__generation_a",
    "matchup__generation_b",
    "matchup__cue",
)


def rows(
    study: Study, arms: QuerySet[Arm], comparisons: Collection[int]
) -> tuple[dict[int, Row], dict[int, str] | None]:
    """By comparison, what it is about, and the rater who wrote its prompt: None in a study whose raters write none. `arms`: among
    which those of these comparisons are."""
    wanted = set(comparisons)
    found = [one for one in map(_Shown._make, arms.values_list(*_READ)) if one.comparison in wanted]
    answers = {pk for one in found for pk in (one.generation_a, one.generation_b)}
    told = _Telling(
        study,
        Prompt.objects.select_related("author").in_bulk({one.prompt for one in found}),
        Generation.objects.select_related("endpoint").only(*ANSWER).in_bulk(answers),
        {cue.pk: cue.label for cue in study.cues.all()},
    )
    shown = {one.comparison: told.row(one) for one in found}
    unknown = wanted - shown.keys()
    golds = Comparison.objects.filter(pk__in=unknown, purpose=Comparison.Purpose.GOLD) if unknown else ()
    return shown | {gold.pk: _of_gold(gold) for gold in golds}, _authors(told, found)


def _authors(told: "_Telling", found: Iterable[_Shown]) -> dict[int, str] | None:
    if not told.study.prompts.exclude(author=None).exists():
        return None
    written = ((one.comparison, told.prompts[one.prompt].author) for one in found)
    return {comparison: str(author.public_id) for comparison, author in written if author}


@dataclass
class _Telling:
    """Prompts and answers by id, and what has been told of them so far: a side by its answer, its letter and its edit."""

    study: Study
    prompts: Mapping[int, Prompt]
    answers: Mapping[int, Generation]
    cues: Mapping[int, str]
    asked: dict[int, Row] = field(default_factory=dict)
    sides: dict[tuple[int, str, str | None], Row] = field(default_factory=dict)

    def row(self, one: _Shown) -> Row:
        return {
            **self._prompt(one.prompt),
            **self._side(one, one.generation_a, "a"),
            **self._side(one, one.generation_b, "b"),
            "matchup": str(one.matchup),
            **self._planted(one),
        }

    def _planted(self, one: _Shown) -> Row:
        """Which cue, and on which side; in all rows of a study that plants any."""
        if not self.cues:
            return {}
        return {"cue": "" if one.cue is None else self.cues[one.cue], "cue_on": one.cue_on}

    def _prompt(self, pk: int) -> Row:
        if pk not in self.asked:
            prompt = self.prompts[pk]
            prefix = prefix_of(prompt.turns)
            self.asked[pk] = {
                "prompt_id": prompt.reference,
                "prompt": prefix[0]["content"] if len(prefix) == 1 else list(prefix),
                "prompt_class": prompt.prompt_class,
                "user_turns": _asked_in(prompt.turns),
                "expected": "",
            }
        return self.asked[pk]

    def _side(self, one: _Shown, answer: int, letter: str) -> Row:
        edit = one.edit if one.cue_on == letter else None
        key = (answer, letter, edit)
        if key not in self.sides:
            told = self._answer(self.prompts[one.prompt], self.answers[answer], edit)
            self.sides[key] = {f"{name}_{letter}": value for name, value in told.items()}
        return self.sides[key]

    def _answer(self, prompt: Prompt, answer: Generation, edit: str | None) -> Row:
        turns = side_of(prompt.turns, answer.transcript, answer.text, answer.thoughts)
        if edit is not None:
            turns = [*turns[:-1], turns[-1] | {"content": edit}]
        return {
            "model": answer.endpoint.name,
            "compute": compute(self.study, answer),
            # What an edit took nobody knows.
            **(took.of(answer) if edit is None else took.NOTHING),
            "text": spoken(turns),
            "turns": _conversation(turns),
        }


def _of_gold(comparison: Comparison) -> Row:
    """It has no key, since its two answers are no model's: both sides carry one name."""
    asked = [{"role": turn["role"], "content": turn["text"]} for turn in comparison.prefix]
    row: Row = {
        "prompt_id": f"gold-{comparison.pk}",
        "prompt": asked[0]["content"] if len(asked) == 1 else asked,
        "prompt_class": comparison.caption,
        "user_turns": _asked_in(comparison.prefix),
        "expected": comparison.expected,
        "matchup": f"gold-{comparison.pk}",
    }
    for letter, side in (("a", comparison.side_a), ("b", comparison.side_b)):
        told = {"model": GOLD, "compute": "", **took.NOTHING, "text": side[-1]["text"], "turns": None}
        row |= {f"{name}_{letter}": value for name, value in told.items()}
    return row


def _asked_in(turns: Iterable[Mapping[str, Any]]) -> int:
    """How many turns the user has in what is answered."""
    return sum(turn["role"] == "user" for turn in turns)


def compute(study: Study, generation: Generation) -> str:
    """What was spent on an answer as shown. No comma: in a filter commas stand between alternatives."""
    frozen = generation.snapshot
    told = [f"{name}={frozen[key]}" for name, key in COMPUTE.items() if frozen.get(key)]
    chosen = CHOSEN.get(Study.Selection(study.selection)) if study.samples > 1 else None
    return "; ".join([*told, f"{chosen} of {study.samples}" if chosen else "one sample"])


def _conversation(side: Sequence[Turn]) -> list[Turn] | None:
    """The side as turns, where the text alone does not tell it."""
    if len(side) == 1:
        return None
    return [{"role": turn["role"], "content": turn["content"]} for turn in side]

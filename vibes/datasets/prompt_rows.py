"""One prompt: what a row of a prompt file becomes, and what must hold for it."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TypeVar

from vibes.datasets import cells, jsonl
from vibes.datasets.errors import CellError, DatasetError, Place
from vibes.datasets.turns import Turn, asked, check_open, one_turn, parts_of

LONGEST_PROMPT = 100_000
MOST_OPEN_TURNS = 10
LONGEST_NAME = 120
LONGEST_CLASS = 40
LONGEST_KEY = 200
STANCES = ("for", "against", "neutral")

T = TypeVar("T")
V = TypeVar("V")
Names = Mapping[str, str]

# Field of PromptRow: what its column may be called, in lower case with underscores.
_FIELDS = MappingProxyType(
    {
        "reference": ("id", "prompt_id", "reference"),
        "prompt_class": ("class", "prompt_class", "category"),
        "answer_key": ("answer_key", "key", "reference_answer"),
        "twin": ("twin", "twin_group"),
        "stance": ("stance",),
    }
)
_LIMITS = MappingProxyType(
    {
        "reference": LONGEST_NAME,
        "prompt_class": LONGEST_CLASS,
        "answer_key": LONGEST_KEY,
        "twin": LONGEST_NAME,
    }
)
_TURNS = ("prompt", "messages", "conversations")
# Further turns of the user, each asked when the one before it is answered: then, then_2, then_3 …
_THEN = re.compile(r"then(?:_(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class PromptRow:
    """One prompt: `turns` end with the user's; `reference` is its id in the file, or `prompt-<n>` for the nth prompt.

    A turn of the user before another one of the user is answered first (`turns.open_turns`).
    """

    reference: str
    turns: tuple[Turn, ...]
    prompt_class: str = ""
    answer_key: str = ""
    twin: str = ""
    stance: str = ""


def prompt_row(record: Mapping[str, object], nth: int, place: Place) -> PromptRow:
    """Read one prompt from its cells by column name. Raises DatasetError at `place`, with the column."""
    called = {name.strip().lower().replace(" ", "_"): name for name in record}
    turns = _turns(record, called, place)
    fields = {field: _field(field, record, called, place) for field in _FIELDS}
    fields["reference"] = fields["reference"] or f"prompt-{nth}"
    return PromptRow(turns=turns, **fields)


def text_row(text: str, nth: int, place: Place) -> PromptRow:
    """A plain text as the nth prompt."""
    return prompt_row({"prompt": text}, nth, place)


def said_row(texts: Sequence[str], nth: int, place: Place) -> PromptRow:
    """Plain texts that the user says one after the other, each when the one before is answered, as the nth prompt."""
    turns = [{"role": "user", "content": text} for text in texts]
    return prompt_row({"prompt": turns if len(turns) > 1 else texts[0]}, nth, place)


def content_hash(rows: Iterable[PromptRow]) -> str:
    """SHA-256, in hexadecimal, of all that the rows say, in their order: equal for equal lists of prompts only."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(jsonl.line(asdict(row)))
    return digest.hexdigest()


def _turns(record: Mapping[str, object], called: Names, place: Place) -> tuple[Turn, ...]:
    given = [name for name in _TURNS if name in called and not cells.empty(record[called[name]])]
    if len(given) > 1:
        problem = f"the row has {' and '.join(given)}"
        raise DatasetError(problem, "Give one of them", place.at_column(given[1]))
    if not given:
        raise _no_prompt(called, place)
    column = called[given[0]]
    value = record[column] if given[0] == "prompt" else _written(record[column], place.at_column(column))
    turns = _checked(place.at_column(column), value, asked)
    return _checked(place.at_column(column), turns + _pushes(record, called, place), _sound)


def _written(value: object, place: Place) -> object:
    """A conversation as JSON in a text cell, which is how CSV holds one; whatever else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        mend = 'Write [{"role": "user", "content": "…"}], with the quotation marks doubled as CSV wants them'
        raise DatasetError("the cell begins like a conversation but is not JSON", mend, place) from None


def _pushes(record: Mapping[str, object], called: Names, place: Place) -> tuple[Turn, ...]:
    """The turns of the columns then, then_2, …, in the order of their numbers; a column may hold a list of texts."""
    columns = {int(found[1] or 1): called[name] for name in called if (found := _THEN.fullmatch(name))}
    turns: tuple[Turn, ...] = ()
    for _, column in sorted(columns.items()):
        turns += _checked(place.at_column(column, record[column]), record[column], _said)
    return turns


def _said(value: object) -> tuple[Turn, ...]:
    if cells.empty(value):
        return ()
    texts = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    said = tuple(turn for text in texts if isinstance(text, str) for turn in one_turn(text))
    if len(said) < len(texts):
        raise CellError("this is not what a user says", "Write a text, or in JSONL a list of texts")
    return said


def _no_prompt(called: Names, place: Place) -> DatasetError:
    there = [name for name in _TURNS if name in called]
    if there:
        return DatasetError("the prompt is empty", "Write it, or remove the row", place.at_column(there[0]))
    listed = ", ".join(list(called.values())[:40]) or "none"
    problem = f"there is no column prompt; the columns here are: {listed:.400}"
    return DatasetError(problem, "Name one of them prompt (or messages, or conversations, in JSONL)", place)


def _sound(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    check_open(turns, MOST_OPEN_TURNS)
    size = sum(len(cells.sound(part)) for turn in turns for part in parts_of(turn))
    if size > LONGEST_PROMPT:
        raise CellError(f"the prompt has {size:,} characters", f"Keep it within {LONGEST_PROMPT:,}")
    return turns


def _field(field: str, record: Mapping[str, object], called: Names, place: Place) -> str:
    for name in _FIELDS[field]:
        if name in called:
            value = record[called[name]]
            return _checked(place.at_column(called[name], value), value, _FIELD_READERS[field])
    return ""


def _named(limit: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = cells.name(value) or ""
        if len(text) > limit:
            raise CellError(f"this is longer than {limit} characters", "Shorten it")
        return text

    return read


def _stance(value: object) -> str:
    text = cells.name(value) or ""
    if text and text not in STANCES:
        raise CellError(
            "this is no stance",
            "Write for or against (what the user claims) or neutral (nothing), or leave it empty",
        )
    return text


_FIELD_READERS: Mapping[str, Callable[[object], str]] = {
    **{field: _named(limit) for field, limit in _LIMITS.items()},
    "stance": _stance,
}


def _checked(place: Place, value: V, read: Callable[[V], T]) -> T:
    try:
        return read(value)
    except CellError as error:
        raise error.at(place) from None

"""One cell as it came from a file, as the typed value that it stands for.

Every reader takes a cell of CSV (text), JSONL or Parquet (typed) and returns its value, or None where the cell is
empty: null, NaN, or blank text (save free text, where blank text is an answer of no words). CellError says what
would do.
"""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from vibes.datasets.errors import CellError
from vibes.datasets.turns import Turn, turns_of

Reader = Callable[[object], object]

# A model's longest answer is some 500,000 characters; what is larger is a broken or a hostile file.
LARGEST_CELL = 10_000_000

# Longer ones are texts: nobody filters by them.
LONGEST_LABEL = 200

TRUE = frozenset({"true", "1", "1.0", "yes", "t", "y"})
FALSE = frozenset({"false", "0", "0.0", "no", "f", "n"})
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def empty(value: object) -> bool:
    """Null, NaN or blank text."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, float) and math.isnan(value))


def sound(text: str) -> str:
    """The same text, if it can be stored and sent as UTF-8 and is no larger than LARGEST_CELL characters."""
    if len(text) > LARGEST_CELL:
        raise CellError(f"the cell holds {len(text):,} characters", f"Keep each below {LARGEST_CELL:,}")
    if "\x00" in text:
        raise CellError("the cell holds a NUL character", "Remove it, or check that this is a text file")
    if not text.isascii() and _HALF_CHARACTER.search(text):
        raise CellError("the cell is not UTF-8 text", "Save the file as UTF-8")
    return text


def free_text(value: object) -> str | None:
    """An answer or a remark, as it is. A number is written out."""
    if isinstance(value, str):
        return sound(value)
    return None if empty(value) else _written(value, "text")


def name(value: object) -> str | None:
    """An id or a name: text or a number, without blanks around it. 17 and 17.0 are "17"."""
    if isinstance(value, str):
        return sound(value.strip()) or None
    return None if empty(value) else _written(value, "a name")


def label(value: object) -> object:
    """What a column that nobody knows says of a row, as far as it is short: text, a number, true or false, a time. Raises CellError."""
    if empty(value) or isinstance(value, bool):
        return None if empty(value) else value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = name(value)
    if text and len(text) > LONGEST_LABEL:
        raise CellError("this is a text, not a name", f"Keep names below {LONGEST_LABEL} characters")
    return text


def _written(value: object, wanted: str) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or abs(value) == math.inf:
        raise CellError(f"this is not {wanted}", f"Write {wanted}")
    return str(value)


def prompt(value: object) -> object:
    """A prompt: text, or a conversation as a list of {"role", "content"}."""
    if isinstance(value, list):
        return [_sound_turn(turn) for turn in turns_of(value)]
    return free_text(value)


def conversation(value: object) -> list[Turn] | None:
    """A list of {"role", "content"}, as it is or, in CSV, written as JSON."""
    if empty(value):
        return None
    turns = _from_json(value) if isinstance(value, str) else value
    return [_sound_turn(turn) for turn in turns_of(turns)]


def _sound_turn(turn: Turn) -> Turn:
    plain = {"role": turn["role"], "content": sound(turn["content"])}
    steps = [{part: sound(said) for part, said in step.items()} for step in turn.get("steps", ())]
    return plain | ({"steps": steps} if steps else {})


def _from_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise CellError(
            "this is not a conversation as JSON", 'Write [{"role": "user", "content": "…"}]'
        ) from None


def number(value: object) -> float | None:
    """A finite number."""
    if empty(value):
        return None
    try:
        found = _float(value)
    except (ValueError, OverflowError):
        found = math.inf
    if math.isfinite(found):
        return found
    if math.isnan(found):
        return None
    raise CellError("this is not a number", "Write a finite number with a decimal point, or leave it empty")


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return math.inf
    return float(value)


def count(value: object) -> int | None:
    """A whole number that is not negative."""
    found = number(value)
    if found is None:
        return None
    if found < 0 or not found.is_integer():
        raise CellError("this is not a whole number", "Write 0, 1, 2, … or leave it empty")
    return int(found)


def boolean(value: object) -> bool | None:
    """True or false; 1, 0, yes and no will do."""
    if empty(value):
        return None
    text = str(value).strip().lower()
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise CellError("this is neither true nor false", "Write true or false, or leave it empty")


def moment(value: object) -> str | None:
    """A time, as ISO 8601 text. A number is seconds since 1970."""
    if empty(value):
        return None
    try:
        return _iso(value)
    except (ValueError, OverflowError, OSError):
        raise CellError("this is not a time", "Write it as 2026-01-31T12:00:00Z, or leave it empty") from None


def _iso(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC).isoformat()
    text = str(value).strip()
    datetime.fromisoformat(text)
    return text


def one_of(*allowed: str) -> Reader:
    """A reader of a fixed choice. Nothing is guessed: `A` is not `a`."""
    listed = ", ".join(allowed)

    def choice(value: object) -> str | None:
        if isinstance(value, str) and value in allowed:
            return value
        if empty(value):
            return None
        raise CellError(f"this is not one of {listed}", f"Write {listed}, in just this spelling")

    return choice

"""The judgement frame: one row a judgement, validated, as arrays. Reads no files.

Which columns there are, and what each means, stands in docs/formats.md. `from_columns` takes text cells (CSV) and
typed cells (JSONL, Parquet) alike and raises FrameError with row, column, value and mend on the first bad cell.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotations.verdicts import Lean, Verdict
from vibes.stats import checks, columns
from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.columns import Cells, FrameError, Labels
from vibes.stats.conditions import Condition, parse_condition
from vibes.stats.repeated import Repeated, Unread

__all__ = ["Condition", "FrameError", "JudgementFrame", "parse_condition"]

REQUIRED = ("prompt_id", "rater", "model_a", "model_b", "verdict")
VERDICTS = tuple(str(verdict) for verdict in Verdict)
SIDES = tuple(str(lean) for lean in Lean)
KINDS = ("person", "machine", "simulated")
PURPOSES = ("study", "gold", "repeat", "identical", "adjudication")
NAMES = ("prompt_class", "cue", "session", "author", "compute_a", "compute_b")
CHOICES = {"lean": SIDES, "cue_on": SIDES, "expected": VERDICTS}
ASPECTS = ("quality_a", "quality_b", "sycophancy_a", "sycophancy_b")
ANY_NUMBER = ("strength", "key_quality_a", "key_quality_b")
SPENT = ("tokens", "thinking_tokens", "answer_seconds", "cost")
"""What an answer took, of either side."""
NOT_NEGATIVE = ("order", "seconds", *(f"{name}_{side}" for name in SPENT for side in SIDES))
BOOLEANS = ("a_is_left", "authored")
FLAGS = ("flags_a", "flags_b")
TEXTS = ("text_a", "text_b", "prompt", *FLAGS)
PAIRED = ("text", "quality", "sycophancy", "key_quality", "flags", *SPENT)
_ALWAYS_THERE = ("matchup", "rater_kind", "purpose", "weight")
_SINGLE = ("judgement_id", "created_at")
# Known, and of use to exports and filters only.
_EXPORTED = (
    "turns_a",
    "turns_b",
    *(f"{name}_{side}" for name in ("takes_side", "reasons", "marked", "format") for side in SIDES),
    "confidence",
    "comment",
    "user_turns",
)
_NUMERIC = (*ASPECTS, *ANY_NUMBER, *NOT_NEGATIVE, *BOOLEANS)
KNOWN = frozenset((*REQUIRED, *NAMES, *CHOICES, *_NUMERIC, *TEXTS, *_ALWAYS_THERE, *_SINGLE, *_EXPORTED))
COVARIATE = "x_"


@dataclass(frozen=True, eq=False)
class JudgementFrame:
    """n judgements. Every array has n entries, in the order of the rows that came in.

    `row_numbers` are the numbers used in messages. `labels` holds coded names (−1 where empty), `numbers` floats (NaN
    where empty; true and false as 1 and 0; times as seconds since 1970), `texts` plain text. `ignored` names the
    columns that only filters and parts of the votes use, `not_read` those of a file that hold more than names. `matchup`,
    `weight`, `rater_kind` and `purpose` are always there. `unread` holds the cells of
    all other columns as they came, for conditions and parts of the votes.
    """

    row_numbers: IntArray
    labels: Mapping[str, Labels]
    numbers: Mapping[str, FloatArray]
    texts: Mapping[str, Repeated[str]]
    ignored: tuple[str, ...] = ()
    unread: Unread = field(default_factory=lambda: Unread({}))
    not_read: tuple[str, ...] = ()

    @classmethod
    def from_columns(
        cls, columns: Mapping[str, Sequence[object]], *, first_row: int = 1, not_read: Iterable[str] = ()
    ) -> "JudgementFrame":
        """Validate columns of cells. `first_row` is the number that messages give to the first row.

        Raises FrameError on the first thing that is wrong.
        """
        checks.columns_present(columns, REQUIRED, PAIRED)
        cells = {name: Cells(name, values, first_row) for name, values in columns.items()}
        # A column of flags that nobody set says that raters could, and did not.
        always = (*REQUIRED, *FLAGS)
        told = {name for name, cell in cells.items() if name in always or not cell.all_empty()}
        pairs = [{f"{stem}_a", f"{stem}_b"} for stem in PAIRED]
        told = told.union(*(pair for pair in pairs if pair & told))
        used = {name: cell for name, cell in cells.items() if name in told}
        names = _labels(used)
        ignored = {name for name in used if name not in KNOWN and not name.startswith(COVARIATE)}
        frame = cls(
            row_numbers=np.arange(first_row, first_row + len(columns["verdict"]), dtype=np.int64),
            labels=names | {"matchup": _matchups(used, names)},
            numbers=_numbers(used, len(columns["verdict"])),
            texts={name: _text(cell) for name, cell in used.items() if name in (*TEXTS, "judgement_id")},
            ignored=tuple(sorted(ignored)),
            unread=Unread({name: columns[name] for name in used if name in ignored or name in _EXPORTED}),
            not_read=tuple(sorted(not_read)),
        )
        checks.frame_is_sound(frame)
        return frame

    def __len__(self) -> int:
        return len(self.row_numbers)

    @property
    def rater(self) -> Labels:
        return self.labels["rater"]

    @property
    def matchup(self) -> Labels:
        """The pair that a row is about: `matchup` where given, else prompt and the two models in either order."""
        return self.labels["matchup"]

    @property
    def models(self) -> tuple[str, ...]:
        return self.labels["model_a"].names

    @property
    def model_a(self) -> IntArray:
        return self.labels["model_a"].codes

    @property
    def model_b(self) -> IntArray:
        return self.labels["model_b"].codes

    @property
    def weight(self) -> FloatArray:
        return self.numbers["weight"]

    @property
    def sign(self) -> IntArray:
        """+1 where A was chosen, −1 where B, 0 for a tie and for both-bad."""
        return self.is_verdict(Verdict.A).astype(np.int64) - self.is_verdict(Verdict.B).astype(np.int64)

    @property
    def decisive(self) -> BoolArray:
        chosen: BoolArray = self.sign != 0
        return chosen

    @property
    def position(self) -> FloatArray | None:
        """+1 where A stood on the left, −1 where B did; None where the frame does not say."""
        left = self.numbers.get("a_is_left")
        return None if left is None else 2.0 * left - 1.0

    @property
    def lean_sign(self) -> IntArray:
        """+1 where the lean is to A, −1 to B, 0 where none was given."""
        return self.side_sign("lean")

    @property
    def covariates(self) -> dict[str, FloatArray]:
        """The extra numeric columns `x_<name>`, already A − B."""
        return {name: values for name, values in self.numbers.items() if name.startswith(COVARIATE)}

    def is_verdict(self, verdict: Verdict) -> BoolArray:
        found: BoolArray = self.labels["verdict"].codes == VERDICTS.index(verdict)
        return found

    def side_sign(self, column: str) -> IntArray:
        """+1 for a, −1 for b, 0 for empty, of a column of sides (`lean`, `cue_on`)."""
        found = self.labels.get(column)
        if found is None:
            return np.zeros(len(self), dtype=np.int64)
        return np.array([1, -1, 0], dtype=np.int64)[found.codes]

    def mask(self, conditions: Iterable[Condition]) -> BoolArray:
        """Mark the rows (n,) that meet every condition. Raises FrameError where a column is unknown."""
        kept = np.ones(len(self), dtype=bool)
        for condition in conditions:
            kept &= condition.met(self.labels, self.numbers, self.texts, self.unread)
        return kept

    def where(self, conditions: Iterable[Condition]) -> "JudgementFrame":
        """Keep the rows that meet every condition. Raises FrameError where none is left."""
        wanted = list(conditions)
        kept = self.mask(wanted)
        if not kept.any():
            filters = ", ".join(str(condition) for condition in wanted)
            held = "; ".join(condition.choices(self.labels) for condition in wanted)
            raise FrameError(f"no row meets {filters}", f"Widen the filter. The columns hold: {held}")
        return self.take(np.flatnonzero(kept))

    def take(self, rows: IntArray) -> "JudgementFrame":
        """Keep these rows, in this order."""
        kept = {name: labels.take(rows) for name, labels in self.labels.items() if name not in _FIXED}
        kept |= {
            name: Labels(self.labels[name].codes[rows], self.labels[name].names)
            for name in _FIXED & set(self.labels)
        }
        kept["model_a"], kept["model_b"] = _shared(self.model_a[rows], self.model_b[rows], self.models)
        return JudgementFrame(
            self.row_numbers[rows],
            kept,
            {name: values[rows] for name, values in self.numbers.items()},
            {name: values.take(rows) for name, values in self.texts.items()},
            self.ignored,
            self.unread.take(rows),
            self.not_read,
        )


_FIXED = frozenset({"verdict", "rater_kind", "purpose", *CHOICES})


def _labels(cells: Mapping[str, Cells]) -> dict[str, Labels]:
    found = {name: columns.labels(cells[name], required=True) for name in ("prompt_id", "rater")}
    found |= {name: columns.labels(cells[name], required=False) for name in NAMES if name in cells}
    found |= {
        name: columns.choices(cells[name], allowed) for name, allowed in CHOICES.items() if name in cells
    }
    found["verdict"] = columns.choices(cells["verdict"], VERDICTS, required=True)
    found["model_a"], found["model_b"] = _models(cells)
    size = len(found["verdict"].codes)
    for name, allowed in (("rater_kind", KINDS), ("purpose", PURPOSES)):
        first = Labels(np.zeros(size, dtype=np.int64), allowed)
        found[name] = columns.choices(cells[name], allowed, default=allowed[0]) if name in cells else first
    return found


def _models(cells: Mapping[str, Cells]) -> tuple[Labels, Labels]:
    a, b = (columns.labels(cells[name], required=True) for name in ("model_a", "model_b"))
    table = sorted({*a.names, *b.names})
    return _shared(_recoded(a, table), _recoded(b, table), tuple(table))


def _recoded(labels: Labels, table: Sequence[str]) -> IntArray:
    places = {name: code for code, name in enumerate(table)}
    return np.array([places[name] for name in labels.names], dtype=np.int64)[labels.codes]


def _shared(a: IntArray, b: IntArray, names: tuple[str, ...]) -> tuple[Labels, Labels]:
    """Code two columns by one table that holds only the names in use."""
    both = columns.compact(np.concatenate([a, b]), names)
    return Labels(both.codes[: len(a)], both.names), Labels(both.codes[len(a) :], both.names)


def _matchups(cells: Mapping[str, Cells], names: Mapping[str, Labels]) -> Labels:
    prompts, a, b = names["prompt_id"], names["model_a"].codes, names["model_b"].codes
    size = len(names["model_a"].names)
    keys = (prompts.codes * size + np.minimum(a, b)) * size + np.maximum(a, b)
    unique, codes = np.unique(keys, return_inverse=True)
    derived = [_pair_name(int(key), size, prompts.names, names["model_a"].names) for key in unique]
    if "matchup" not in cells:
        return columns.compact(codes.astype(np.int64), derived)
    given = columns.labels(cells["matchup"], required=False)
    empty = given.codes < 0
    together = np.where(empty, len(given.names) + codes, given.codes)
    return columns.compact(together, (*given.names, *derived))


def _pair_name(key: int, size: int, prompts: tuple[str, ...], models: tuple[str, ...]) -> str:
    return f"{prompts[key // size**2]} · {models[key // size % size]} · {models[key % size]}"


def _numbers(cells: Mapping[str, Cells], size: int) -> dict[str, FloatArray]:
    found = {name: columns.booleans(cells[name]) for name in BOOLEANS if name in cells}
    for names, low, high, wanted in (
        (ASPECTS, 1.0, 5.0, "a number from 1 to 5"),
        (ANY_NUMBER, -math.inf, math.inf, "a number"),
        (NOT_NEGATIVE, 0.0, math.inf, "a number that is not negative"),
    ):
        found |= {name: _number(cells[name], wanted, low, high) for name in names if name in cells}
    for name in sorted(name for name in cells if name.startswith(COVARIATE)):
        wanted = "a number in every row, or leave the column out"
        found[name] = columns.numbers(cells[name], wanted=wanted, low=-math.inf, high=math.inf, required=True)
    if "created_at" in cells:
        found["created_at"] = columns.times(cells["created_at"])
    return found | {"weight": _weights(cells, size)}


def _number(cells: Cells, wanted: str, low: float, high: float) -> FloatArray:
    return columns.numbers(cells, wanted=wanted, low=low, high=high, required=False)


def _weights(cells: Mapping[str, Cells], size: int) -> FloatArray:
    if "weight" not in cells:
        return np.ones(size)
    wanted = "a number above 0 in every row, or leave the column out"
    return columns.numbers(cells["weight"], wanted=wanted, low=5e-324, high=math.inf, required=True)


def _text(cells: Cells) -> Repeated[str]:
    return columns.texts(cells, required=cells.column == "judgement_id")

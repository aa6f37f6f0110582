"""Parts of the votes beside one another: by class of prompt, turns, whose prompts, time, and each column that a file brings.

A part is a filter, and what it leaves is what a run with that filter is about. Parts of fewer than 100 votes are left out, and
kinds of which only one part is left.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray, IntArray
from vibes.stats.conditions import Condition, cell_name
from vibes.stats.frames import JudgementFrame
from vibes.stats.repeated import Repeated

MOST = 6
"""Parts of a kind: the largest, or as many stretches of time."""
MOST_COLUMNS = 8
MOST_NAMES = 100
"""Different names up to which a column divides the votes; above, it names the votes themselves, or is free text."""
FEWEST_VOTES = 100
"""Votes below which a part has no board: ten raters give as many before anything can be told."""
CLASS, TURNS, OWN, TIME = "prompt_class", "user_turns", "authored", "created_at"
DAY = 86_400.0
INSTANT = timedelta(microseconds=1)
START, END = datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
STRETCHES = (1, 2, 3, 7, 14, 28, 91, 182, 364)
"""Days that a stretch of time has; beyond, a sixth of all."""
NAMES = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Part:
    """`by`: the column; `conditions`: which of its rows; `rows` (k,): those of the fit that meet them."""

    by: str
    conditions: tuple[Condition, ...]
    rows: IntArray

    @property
    def where(self) -> str:
        """As a filter is written: a condition a line."""
        return "\n".join(map(str, self.conditions))


def parts(frame: JudgementFrame, fitted: IntArray) -> Iterator[Part]:
    """Of each kind that divides the votes, those with enough; the largest first, stretches of time in their order. `fitted`: the
    rows of `frame` that a strength fit is about."""
    kinds = [
        (CLASS, _classes(frame)),
        (TURNS, _turns(frame)),
        (OWN, _own(frame)),
        (TIME, _times(frame, fitted)),
    ]
    kinds += [(name, found) for name, found in _columns(frame, fitted)][:MOST_COLUMNS]
    for by, asked in kinds:
        found = [Part(by, one, _rows(frame.mask(one), fitted)) for one in asked]
        found = [one for one in found if len(one.rows) >= FEWEST_VOTES]
        if len(found) > 1:
            yield from found if by == TIME else sorted(found, key=lambda one: -len(one.rows))[:MOST]


def _rows(kept: BoolArray, fitted: IntArray) -> IntArray:
    found: IntArray = fitted[kept[fitted]]
    return found


Asked = list[tuple[Condition, ...]]


def _named(column: str, names: Iterable[str]) -> Asked:
    """A name with a comma in it cannot be asked for: a filter reads two there."""
    return [(Condition(column, (name,)),) for name in names if "," not in name]


def _classes(frame: JudgementFrame) -> Asked:
    labels = frame.labels.get(CLASS)
    return _named(CLASS, labels.names if labels else ())


def _turns(frame: JudgementFrame) -> Asked:
    if TURNS not in frame.unread:
        return []
    return [(Condition(TURNS, ("1",), "<="),), (Condition(TURNS, ("2",), ">="),)]


def _own(frame: JudgementFrame) -> Asked:
    return _named(OWN, ("true", "false")) if OWN in frame.numbers else []


def _times(frame: JudgementFrame, fitted: IntArray) -> Asked:
    """Stretches of whole days (UTC) of one length."""
    made = frame.numbers.get(TIME)
    days: FloatArray = np.array([]) if made is None else np.floor(made[fitted] / DAY)
    days = days[np.isfinite(days)]
    if not len(days):
        return []
    first, last = int(days.min()), int(days.max())
    least = -(-(last - first + 1) // MOST)
    length = next((one for one in STRETCHES if one >= least), least)
    return [
        (Condition(TIME, (_moment(day),), ">="), Condition(TIME, (_moment(day + length, INSTANT),), "<="))
        for day in range(first, last + 1, length)
    ]


def _moment(day: int, less: timedelta = timedelta(0)) -> str:
    """The beginning of a day that is counted from 1970, in ISO 8601; the end of all days where there is none such."""
    moment = END if day > (END - START).days else START + timedelta(days=day) - less
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _columns(frame: JudgementFrame, fitted: IntArray) -> Iterator[tuple[str, Asked]]:
    """What a file says beside the columns that are known, but of the two sides: that is no part of the votes."""
    for name in frame.ignored:
        other = name[:-1] + {"a": "b", "b": "a"}.get(name[-1:], "")
        if (name.endswith(("_a", "_b")) and other in frame.ignored) or "=" in name:
            continue
        if found := _of_column(name, frame.unread[name], fitted):
            yield name, found


def _of_column(name: str, cells: Sequence[object], fitted: IntArray) -> Asked:
    """A part a name; of more than six numbers, those up to the median and those above. None where every vote has its own name."""
    if not isinstance(cells, Repeated) and not all(isinstance(cell, NAMES) for cell in cells):
        return []
    column = Repeated.of(cells).take(fitted)
    names = {cell_name(column.values[code]) for code in column.in_use} - {""}
    if len(names) > MOST and len(names) < len(fitted) and (numbers := _numbers(names)):
        return _halves(name, numbers, column.each(lambda cell: numbers.get(cell_name(cell), math.nan)))
    return _named(name, sorted(names)) if len(names) <= MOST_NAMES else []


def _numbers(names: Iterable[str]) -> dict[str, float]:
    """What each stands for; empty where one of them is no number."""
    try:
        found = {name: float(name) for name in names}
    except ValueError:
        return {}
    return found if all(map(math.isfinite, found.values())) else {}


def _halves(column: str, numbers: Mapping[str, float], each: FloatArray) -> Asked:
    middle = float(np.nanmedian(each))
    below = [name for name, number in numbers.items() if number <= middle]
    above = [name for name, number in numbers.items() if number > middle]
    if not below or not above:
        return []
    # The least above, not the median itself: a bound holds what it names.
    ends = (
        max(below, key=lambda name: (numbers[name], name)),
        min(above, key=lambda name: (numbers[name], name)),
    )
    return [(Condition(column, (ends[0],), "<="),), (Condition(column, (ends[1],), ">="),)]

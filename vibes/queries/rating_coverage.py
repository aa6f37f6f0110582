"""The coverage matrix: model by model, how many judgements their comparisons have of how many wanted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vibes.queries.amounts import counted
from vibes.queries.rating_progress import Pair

# Up to so many models their names head the columns; more stand there as numbers.
NAMED = 6
TENTHS = 10


@dataclass(frozen=True)
class Cell:
    """`text` as in "14 of 20"; `tenths` of what is wanted, for its shade; `says` is its sentence. Empty: they never meet."""

    text: str = ""
    tenths: int = 0
    says: str = ""


@dataclass(frozen=True)
class Line:
    """One model and those before it: each pair stands once, below the diagonal."""

    number: int
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """`heads`: number and name of each column. `numbered`: the columns are headed by numbers alone."""

    heads: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]
    numbered: bool
    least: str


def matrix(pairs: Sequence[Pair]) -> Matrix:
    """Whoever meets most stands first, so that a baseline has the first column; then by name."""
    meetings = Counter(name for pair in pairs for name in (pair.one, pair.other))
    names = sorted(meetings, key=lambda name: (-meetings[name], name))
    found = {(pair.one, pair.other): pair for pair in pairs}
    lines = [
        Line(
            row + 1,
            name,
            tuple(_cell(found.get((min(name, other), max(name, other)))) for other in names[:row]),
        )
        for row, name in enumerate(names)
    ][1:]
    columns = max(
        (last + 1 for line in lines for last, cell in enumerate(line.cells) if cell.text), default=0
    )
    return Matrix(
        heads=tuple(enumerate(names[:columns], 1)),
        lines=tuple(_as_wide(line, columns) for line in lines),
        numbered=columns > NAMED,
        least=_least(pairs),
    )


def _as_wide(line: Line, columns: int) -> Line:
    """Cut to the columns in which anybody meets, and filled up to them."""
    cells = line.cells[:columns]
    return Line(line.number, line.name, cells + (Cell(),) * (columns - len(cells)))


def _cell(pair: Pair | None) -> Cell:
    if pair is None:
        return Cell()
    text = f"{pair.given:,} of {pair.wanted:,}"
    tenths = min(TENTHS, TENTHS * pair.given // pair.wanted) if pair.wanted else 0
    return Cell(text, tenths, f"{pair.one} and {pair.other}: {text} judgements")


def _least(pairs: Sequence[Pair]) -> str:
    """Which pair lacks most."""
    short = [pair for pair in pairs if pair.given < pair.wanted]
    if not short:
        return "Every pair has all judgements that are wanted." if pairs else ""
    least = min(short, key=lambda pair: (pair.given / pair.wanted, pair.one, pair.other))
    full = len(pairs) - len(short)
    return f"{full:,} of {counted(len(pairs), 'pair')} complete; least covered are {least.one} and {least.other}."

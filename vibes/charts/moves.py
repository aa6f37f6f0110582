"""What the displacement figure says: how far each model moves when style and flattery are controlled, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vibes.charts import blank, numbers, wording
from vibes.stats.results import Displaced, Effect, Margin, Report

Board = Literal["plain", "style", "sycophancy", "both"]
KEY = "displacement"
PLAIN: Board = "plain"
BOARDS: Mapping[Board, str] = {
    "plain": "plain",
    "style": "style controlled",
    "sycophancy": "flattery controlled",
    "both": "both controlled",
}
CONTROLLED: Mapping[Board, str] = {
    "style": "length and formatting",
    "sycophancy": "flattery",
    "both": "length, formatting and flattery",
}
MARGINS = 3
NAME_COLUMNS = 40
READING = (
    "Each board stands beside the plain one: all four are fitted to the same votes, and no line is a step in time.",
    "A line has a colour where the interval of its move, from the first board to the last, excludes 0. Each interval stands alone: "
    "of twenty models that do not move, one is coloured by chance.",
)


@dataclass(frozen=True)
class Move:
    """One model: its strength and place on each board that is drawn, None where it has none; `told`: its move excludes 0."""

    model: str
    name: str
    strengths: tuple[float | None, ...]
    ranks: tuple[int | None, ...]
    moved: Mapping[str, Effect]
    effect: Effect | None
    told: bool
    hovers: tuple[str, ...]

    @property
    def start(self) -> float | None:
        return self.strengths[0]

    @property
    def end(self) -> float | None:
        return self.strengths[-1]


@dataclass(frozen=True)
class DisplacementInfo:
    """`moves` by place on the plain board; `boards` from plain to the last; `missing` says why there is nothing."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    boards: tuple[Board, ...]
    moves: tuple[Move, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    """Whether a model stands on the plain board and on a controlled one."""
    return len(boards_of(models_of(report))) > 1


def info(report: Report) -> DisplacementInfo:
    models = models_of(report)
    boards = boards_of(models)
    missing = "" if len(boards) > 1 else absent(report)
    moves = sorted((move(one, boards) for one in models), key=by_place) if not missing else []
    return DisplacementInfo(
        title=missing or title(moves, boards),
        subtitle=subtitle(report, boards, missing),
        notes=() if missing else (*margins(report), *READING),
        footer=wording.footer(report),
        boards=boards,
        moves=tuple(moves),
        missing=missing,
        simulated=report["simulated"],
    )


def models_of(report: Report) -> Sequence[Displaced]:
    found = report.get("displacement")
    return found["models"] if found else []


def boards_of(models: Sequence[Displaced]) -> tuple[Board, ...]:
    return tuple(board for board in BOARDS if any(board in one["strengths"] for one in models))


def absent(report: Report) -> str:
    return blank.title(
        report,
        KEY,
        empty="No judgements yet: how far control moves a model appears with the first ones",
        otherwise="No board with style or flattery controlled: the votes came without the answers\u2019 text, or too few are in",
    )


def subtitle(report: Report, boards: Sequence[Board], missing: str) -> str:
    if missing:
        return blank.subtitle(
            report, KEY, "A model moves between boards once it is rated on the plain and on a controlled one."
        )
    return f"Elo-like strength of each model, average 1000, on {wording.listed([BOARDS[one] for one in boards])}."


def move(one: Displaced, boards: Sequence[Board]) -> Move:
    effect = one["moved"].get(boards[-1])
    known = numbers.measured(effect) if effect else None
    name = wording.visible(one["model"])
    return Move(
        one["model"],
        name,
        tuple(one["strengths"].get(board) for board in boards),
        tuple(one["ranks"].get(board) for board in boards),
        one["moved"],
        effect,
        known is not None and known.excludes_zero,
        tuple(hover(one, board, name) for board in boards),
    )


def by_place(one: Move) -> tuple[float, str]:
    return (-one.start if one.start is not None else 1.0, one.name)


def hover(one: Displaced, board: Board, name: str) -> str:
    strength = one["strengths"].get(board)
    if strength is None:
        return ""
    rank = one["ranks"].get(board)
    place = f", place {rank} by the estimate" if rank is not None else ""
    how = f" with {CONTROLLED[board]} controlled" if board in CONTROLLED else " on the plain board"
    effect = one["moved"].get(board)
    return f"{name} stands at {numbers.elo(strength)}{how}{place}.{spoken_move(effect) if effect else ''}"


def spoken_move(effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return f" Its move: {wording.gap(effect)}."
    return f" A move of {signed(known.estimate)} points, 95{numbers.SPACE}% interval {interval(known)}; {wording.judgements(effect['n'])}."


def signed(points: float) -> str:
    text = numbers.elo(points)
    return text if text == "0" or text.startswith(numbers.MINUS) else f"+{text}"


def interval(known: numbers.Measured) -> str:
    return numbers.span(known.low, known.high, signed)


def title(moves: Sequence[Move], boards: Sequence[Board]) -> str:
    """Who moves how far, and whether the highest estimate changes hands."""
    control = f"With {CONTROLLED[boards[-1]]} controlled"
    return f"{control}, {largest(moves)}; {first_place(moves)}"


def largest(moves: Sequence[Move]) -> str:
    """The model that moves most among those whose move excludes 0, and how many others there are."""
    known = [(one, found) for one in moves if one.effect and (found := numbers.measured(one.effect))]
    told = [pair for pair in known if pair[1].excludes_zero]
    if not told:
        return "no model moves further than its interval" if known else "how far models move is not known yet"
    first, move_of_first = max(told, key=lambda pair: abs(pair[1].estimate))
    way = "gains" if move_of_first.estimate > 0 else "loses"
    said = f"{short(first)} {way} {numbers.elo(abs(move_of_first.estimate))} points"
    others = len(told) - 1
    also = f", and {wording.plural(others, 'other model')} {'moves' if others == 1 else 'move'} too"
    return f"{said}{also}" if others else said


def first_place(moves: Sequence[Move]) -> str:
    """Estimates only: a rank set may hold several models, and the leaderboard says so."""
    before, after = leader(moves, 0), leader(moves, -1)
    if before is None or after is None:
        return "no first place on both boards"
    if before.model == after.model:
        return f"{short(before)} keeps the highest estimate"
    return f"the highest estimate passes from {short(before)} to {short(after)}"


def leader(moves: Sequence[Move], board: int) -> Move | None:
    rated = [(strength, one) for one in moves if (strength := one.strengths[board]) is not None]
    return max(rated, key=lambda pair: pair[0])[1] if rated else None


def short(one: Move) -> str:
    return wording.shortened(one.name, NAME_COLUMNS)


def margins(report: Report) -> tuple[str, ...]:
    """What control explains of the leads on the plain board, from the top down."""
    said = (margin(one) for one in report["displacement"]["margins"])
    return tuple(one for one in said if one)[:MARGINS]


def margin(one: Margin) -> str:
    known = numbers.measured(one["plain"])
    shares = [
        (board, found)
        for board in CONTROLLED
        if (found := one["explained"].get(board)) and numbers.measured(found)
    ]
    if known is None or not shares:
        return ""
    names = f"{wording.shortened(wording.visible(one['model']), 30)} over {wording.shortened(wording.visible(one['over']), 30)}"
    parts = [
        f"{CONTROLLED[board]} {numbers.percent(found['estimate'] or 0.0, 0)} ({interval_of(found)})"
        for board, found in shares
    ]
    return f"The lead of {names} on the plain board is {numbers.elo(known.estimate)} points ({interval(known)}). Share of it explained: {', '.join(parts)}."


def interval_of(effect: Effect) -> str:
    known = numbers.measured(effect)
    return (
        numbers.span(known.low, known.high, lambda share: numbers.percent(share, 0))
        if known
        else numbers.NOTHING
    )

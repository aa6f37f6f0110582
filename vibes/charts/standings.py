"""What the leaderboard says: who is ahead, who is not told apart, who is not rated, each in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vibes.charts import numbers, wording
from vibes.stats.results import BoardRow, Report

Board = Literal["plain", "style"]
AVERAGE = 1000
NAMED = 3
READING = (
    "A lead of 100 points is about 64 wins in 100 decisive votes, 200 points about 76.",
    "The place is a range: it holds every rank that these votes cannot rule out. Two models whose ranges both begin at 1 may "
    "both be the best.",
)


@dataclass(frozen=True)
class Standing:
    """One model on one board; it is here only if it is rated there."""

    board: Board
    strength: float
    low: float
    high: float
    wide_low: float
    wide_high: float
    rank: str
    may_lead: bool
    hover: str


@dataclass(frozen=True)
class Line:
    """One model: its name as shown, its standings, or why it has none."""

    model: str
    name: str
    n: int
    standings: tuple[Standing, ...]
    state: str
    waiting: str

    def on(self, board: Board) -> Standing | None:
        return next((standing for standing in self.standings if standing.board == board), None)


@dataclass(frozen=True)
class LeaderboardInfo:
    """`controlled` says what controlling style does to first place, empty without such a board. `rated` from the strongest down by the plain board; `waiting` by name."""

    title: str
    subtitle: str
    controlled: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    rated: tuple[Line, ...]
    waiting: tuple[Line, ...]
    simulated: int


def drawn(report: Report) -> bool:
    """Always: an empty board says what is missing."""
    return True


def info(report: Report) -> LeaderboardInfo:
    lines = [line(row, controlled(report).get(row["model"])) for row in report["boards"]["plain"]]
    rated = tuple(sorted((one for one in lines if one.on("plain")), key=by_strength))
    waiting = tuple(sorted((one for one in lines if not one.on("plain")), key=lambda one: one.name))
    return LeaderboardInfo(
        title=title(rated, "plain") if rated else empty_title(report),
        subtitle=subtitle(rated),
        controlled=style_finding(rated),
        notes=tuple(note for note in (style_finding(rated), *(READING if rated else ())) if note),
        footer=wording.footer(report),
        rated=rated,
        waiting=waiting,
        simulated=report["simulated"],
    )


def controlled(report: Report) -> Mapping[str, BoardRow]:
    return {row["model"]: row for row in report["boards"].get("style", [])}


def line(plain: BoardRow, style: BoardRow | None) -> Line:
    standings = [standing("plain", plain), standing("style", style) if style else None]
    name = wording.visible(plain["model"])
    state = wording.STATES[plain["state"]] or "no interval"
    return Line(
        plain["model"],
        name,
        plain["n"],
        tuple(one for one in standings if one),
        state,
        waiting_words(state, plain),
    )


def standing(board: Board, row: BoardRow) -> Standing | None:
    strength, low, high = row["strength"], row["low"], row["high"]
    if row["state"] != "ok" or strength is None or low is None or high is None:
        return None
    wide_low, wide_high = row["simultaneous_low"], row["simultaneous_high"]
    return Standing(
        board,
        strength,
        low,
        high,
        low if wide_low is None else wide_low,
        high if wide_high is None else wide_high,
        numbers.rank(row["rank_low"], row["rank_high"]),
        row["rank_low"] == 1,
        hover(board, row, strength, numbers.span(low, high, numbers.elo)),
    )


def hover(board: Board, row: BoardRow, strength: float, interval: str) -> str:
    rank = numbers.rank(row["rank_low"], row["rank_high"])
    place = "" if rank == numbers.NOTHING else f" Place {rank}."
    how = "" if board == "plain" else " with length and formatting controlled"
    name = wording.visible(row["model"])
    return f"{name} stands at {numbers.elo(strength)}{how}, 95 % interval {interval}.{place} {wording.judgements(row['n'])}."


def waiting_words(state: str, row: BoardRow) -> str:
    why = row.get("note") or f"{wording.judgements(row['n'])} so far"
    return f"{state}: {wording.visible(why)}"


def by_strength(one: Line) -> tuple[float, str]:
    plain = one.on("plain")
    return (-plain.strength if plain else 0.0, one.name)


def title(rated: Sequence[Line], board: Board, verb: str = "is") -> str:
    """The finding on one board: who is ahead, and from whom the votes do not tell it apart."""
    leader, others = rated[0], rated[1:]
    name = short(leader)
    if not others:
        return f"Only {name} is rated so far: there is nothing to compare it with"
    equals = [one for one in others if may_lead(one, board)]
    if equals:
        return f"{name} {verb} ahead, but not told apart from {some(equals)}"
    first = leader.on(board)
    if first is None or first.rank != "1":
        return f"{name} has the highest estimate; no places are given"
    return f"{name} {verb} ahead of {short(others[0]) if len(others) == 1 else f'all {len(others)} other models'}"


def may_lead(one: Line, board: Board) -> bool:
    found = one.on(board)
    return found is not None and found.may_lead


def short(one: Line) -> str:
    return wording.shortened(one.name, 40)


def some(lines: Sequence[Line]) -> str:
    return (
        wording.listed([short(one) for one in lines]) if len(lines) <= NAMED else f"{len(lines)} other models"
    )


def empty_title(report: Report) -> str:
    if not report["n"]:
        return "No judgements yet: the board appears with the first ones"
    return f"No model is rated yet after {wording.judgements(report['n'])}"


def subtitle(rated: Sequence[Line]) -> str:
    if not rated:
        return "A model is rated once it has 30 votes, a win, a loss and a path to the others."
    both = any(one.on("style") for one in rated)
    marks = " Filled: plain. Hollow: length and formatting controlled." if both else ""
    return f"Elo-like strength, average {AVERAGE}.{marks} Lines are 95 % intervals; the paler ends hold for all models at once."


def style_finding(rated: Sequence[Line]) -> str:
    """What controlling style does to first place, as a sentence; empty where there is no such board."""
    order = sorted((one for one in rated if one.on("style")), key=by_style)
    if len(order) < 2:
        return ""
    verb = "stays" if order[0].model == rated[0].model else "is"
    return f"With length and formatting controlled, {title(order, 'style', verb)}."


def by_style(one: Line) -> float:
    style = one.on("style")
    return -style.strength if style else 0.0

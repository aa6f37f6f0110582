"""Models: boards, what control moves, the win matrix, and how much first place hangs on a few votes."""

from typing import NotRequired, TypedDict

from vibes.stats.results.effects import Effect, State


class BoardRow(TypedDict):
    """One model on a board. Strengths on the Elo-like scale, 400/ln 10 about 1000."""

    model: str
    strength: float | None
    low: float | None
    high: float | None
    simultaneous_low: float | None
    simultaneous_high: float | None
    n: int
    rank_low: int | None
    rank_high: int | None
    both_bad_rate: float | None
    state: State
    note: NotRequired[str]


class BoardPanel(TypedDict):
    """The plain board of the part of the votes that meets `where`, conditions on the column `by`, one a line; over `n` votes of the
    fit."""

    by: str
    where: str
    n: int
    rows: list[BoardRow]


class Boards(TypedDict):
    plain: list[BoardRow]
    style: NotRequired[list[BoardRow]]
    sycophancy: NotRequired[list[BoardRow]]
    both: NotRequired[list[BoardRow]]


class Displaced(TypedDict):
    """One model on the boards plain, style, sycophancy and both (where there), and what control moves, in Elo points."""

    model: str
    strengths: dict[str, float]
    ranks: dict[str, int]
    moved: dict[str, Effect]


class Margin(TypedDict):
    """The lead of one model over the next on the plain board (Elo points), and the share of it that control explains.

    `explained` maps style, sycophancy and both to a share of 1; not_identified where the plain margin holds 0.
    """

    model: str
    over: str
    plain: Effect
    explained: dict[str, Effect]


class Win(TypedDict):
    """How far the model that leads on the plain board stands above the average (Elo points), and the parts of that.

    `formatting` (length, formatting and columns of the frame), `sycophancy` (tone and stance) and `rest`, which neither
    explains, are shares of 1 that add up to 1; not_identified where the plain lead holds 0 or a part was not measured.
    """

    model: str
    plain: Effect
    formatting: Effect
    sycophancy: Effect
    rest: Effect


class Displacement(TypedDict):
    models: list[Displaced]
    margins: list[Margin]
    win: NotRequired[Win | None]


class WinCell(TypedDict):
    """`chosen`: P(`model` chosen over `over` | decisive)."""

    model: str
    over: str
    chosen: Effect
    ties: int


class Influence(TypedDict):
    """How few votes change first place: dropping `votes` of `n` votes puts `runner_up` first; null where none was found."""

    leader: str
    runner_up: str
    votes: int | None
    raters: int | None
    n: int

"""Formatting: what it would take to win by it alone."""

from typing import TypedDict

from vibes.stats.results.effects import Effect


class FormattingNeed(TypedDict):
    """How much more of one feature the answers of `model` would need to be chosen as often as those of the leader.

    `difference`: (f_model − f_leader)/(f_model + f_leader) that makes them even, with its Fieller set; it cannot be 1 or more
    (all of it against none). `usual`: the count in a usual answer that has any (the median). `more`, `low`, `high`: the
    difference in counts beside a usual answer, + more and − fewer; null where no amount makes them even.
    """

    model: str
    feature: str
    difference: Effect
    usual: float | None
    more: float | None
    low: float | None
    high: float | None


class FormattingWin(TypedDict):
    """`leader`: first on the board that holds most constant, null where there is none. `needs`: of the models next to it."""

    leader: str | None
    needs: list[FormattingNeed]

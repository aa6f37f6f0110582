"""Raters: agreement, each rater's row, susceptibility; traits and flags of answers."""

from typing import Literal, TypedDict

from vibes.stats.results.effects import Effect, Kind, Shown


class TieRates(TypedDict):
    """Share of ties per rater, each in 0..1."""

    median: float
    max: float
    min: float
    raters: int


class Trait(TypedDict):
    """One feature in the manner of Feedback Forensics: relevance, Cohen's κ and strength = relevance × κ.

    `with_ties` are the same figures where a verdict of tie stands among the outcomes; `significant` by
    Benjamini–Hochberg over traits at 5 %.
    """

    name: str
    label: str
    relevance: float
    kappa: Effect
    strength: Effect
    with_ties: Effect
    p: float | None
    significant: bool


class FlagRate(TypedDict):
    """Share of a model's shown answers that carry the flag, with its Wilson interval."""

    model: str
    flag: str
    rate: Effect
    flagged: int
    cases: list[str]


class Agreement(TypedDict):
    alpha_nominal: Effect
    alpha_ordinal: Effect
    kappa: Effect
    self_consistency: Effect
    gold: Effect


RaterFlag = Literal["too fast", "one-sided", "position-bound", "failing gold", "self-inconsistent"]


class RaterRow(TypedDict):
    """One rater. `susceptibility`: own slope on the cue or on measured tone, partially pooled, log-odds."""

    rater: str
    kind: str
    n: int
    tie_rate: float
    left: Shown
    gold: Shown
    consistent: Shown
    with_others: float | None
    seconds: float | None
    susceptibility: Effect | None
    flags: list[RaterFlag]


class Susceptibility(TypedDict):
    """`of`: a cue's name, or tone. `spread`: SD of personal slopes. `kind` as that of the slope."""

    of: str
    mean: Effect
    spread: float
    kind: Kind

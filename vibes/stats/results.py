"""The shape of a report: what `report.json` holds and what an AnalysisRun freezes.

Every number is an `Effect`: an estimate with its interval, its n, its unit and how it is identified. A page or a
chart reads these and computes nothing. `docs/report.md` documents each key, `docs/report.schema.json` checks it.
"""

from typing import Literal, NotRequired, TypedDict

State = Literal["ok", "not_enough", "not_rated", "not_identified", "not_converged"]
Kind = Literal["randomised", "independent", "observational"]
Finding = Literal["tiebreak", "additive", "taste; tiebreak not decided", "none found", "not enough yet"]


class Effect(TypedDict):
    """One estimate. `low` and `high` are the 95 % interval, null unless `state` is ok."""

    estimate: float | None
    low: float | None
    high: float | None
    se: float | None
    n: int
    effective_raters: float | None
    unit: str
    kind: Kind
    state: State
    note: NotRequired[str]


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


class Boards(TypedDict):
    plain: list[BoardRow]
    style: NotRequired[list[BoardRow]]
    sycophancy: NotRequired[list[BoardRow]]
    both: NotRequired[list[BoardRow]]


class Verdicts(TypedDict):
    a: int
    b: int
    tie: int
    both_bad: int


class TieRates(TypedDict):
    """Share of ties per rater, each in 0..1."""

    median: float
    max: float
    min: float
    raters: int


class Describe(TypedDict):
    """`longer_wins` maps "all" and each prompt class to P(longer text in characters wins | decisive)."""

    left_given_decisive: Effect
    longer_wins: dict[str, Effect]
    tie_rate_per_rater: TieRates


class Tiebreak(TypedDict):
    """`finding` by the rules of the measurement document; `finding_note` says why in a sentence."""

    T0: Effect
    T1a: Effect
    finding: Finding
    finding_note: str


class Agreement(TypedDict):
    alpha_nominal: Effect
    alpha_ordinal: Effect


class FeatureNote(TypedDict):
    version: str
    reference_sd: float
    family: str
    unit: str
    label: NotRequired[str]


class SpecificationRecord(TypedDict):
    ties: str
    both_bad: str
    rater_kinds: list[str]
    where: list[str]


class Fit(TypedDict):
    """How well the model predicts raters that it has not seen (grouped hold-out), and what was left out."""

    holdout_accuracy: float | None
    holdout_log_loss: float | None
    tie_rule: str
    rows: int


class RaterRow(TypedDict):
    rater: str
    kind: str
    n: int
    tie_rate: float


class Report(TypedDict):
    schema: Literal[1]
    n: int
    raters: int
    effective_raters: float
    simulated: int
    left_out: dict[str, int]
    verdicts: Verdicts
    boards: Boards
    effects: dict[str, Effect]
    tiebreak: Tiebreak
    agreement: Agreement
    describe: Describe
    fit: Fit
    raters_detail: list[RaterRow]
    features: dict[str, FeatureNote]
    specification: SpecificationRecord
    warnings: list[str]
    seed: int
    code_version: str
    data_fingerprint: str

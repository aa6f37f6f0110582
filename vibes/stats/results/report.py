"""The whole report, and the smaller tables in it."""

from typing import Literal, NotRequired, TypedDict

from vibes.stats.results.boards import BoardPanel, Boards, Displacement, Influence, WinCell
from vibes.stats.results.cues import (
    Cue,
    Exchange,
    Need,
    OwnPrompts,
    Tiebreak,
)
from vibes.stats.results.effects import Effect
from vibes.stats.results.formatting import FormattingWin
from vibes.stats.results.gate import Gate
from vibes.stats.results.raters import (
    Agreement,
    FlagRate,
    RaterRow,
    Susceptibility,
    TieRates,
    Trait,
)
from vibes.stats.results.wider import (
    EffortRow,
    GoldilocksRow,
    Namesakes,
    OverOptimisation,
    Probed,
    Profile,
    Spent,
)


class Verdicts(TypedDict):
    a: int
    b: int
    tie: int
    both_bad: int


class Describe(TypedDict):
    """`longer_wins` maps "all" and each prompt class to P(longer text in characters wins | decisive)."""

    left_given_decisive: Effect
    longer_wins: dict[str, Effect]
    tie_rate_per_rater: TieRates


class FeatureNote(TypedDict):
    version: str
    reference_sd: float
    family: str
    unit: str
    label: NotRequired[str]


class SpecificationRecord(TypedDict):
    ties: str
    both_bad: str
    errors: str
    planned: int | None
    rater_kinds: list[str]
    same: list[list[str]]
    gate: list[str] | None
    margins: dict[str, float] | None
    probe_runs: list[int]
    where: list[str]
    # The fingerprint of the file of samples, where one was read beside the judgements.
    samples: NotRequired[str]


class Fit(TypedDict):
    """How well the model predicts raters that it has not seen (grouped hold-out), and what was left out."""

    holdout_accuracy: float | None
    holdout_log_loss: float | None
    tie_rule: str
    rows: int
    inflation: dict[str, float]
    """Clustered over row-level standard error of each effect: by how much the usual intervals are too short."""


class Report(TypedDict):
    schema: Literal[1]
    n: int
    raters: int
    effective_raters: float
    simulated: int
    left_out: dict[str, int]
    verdicts: Verdicts
    boards: Boards
    board_panels: NotRequired[list[BoardPanel]]
    effects: dict[str, Effect]
    effects_per_rater: dict[str, Effect]
    """Where effective raters are fewer than half of the raters: the same effects with each rater counting once."""
    effects_arena: NotRequired[dict[str, Effect]]
    """The same features as Chatbot Arena's style control counts them, on the same votes."""
    tiebreak: Tiebreak
    agreement: Agreement
    describe: Describe
    fit: Fit
    raters_detail: list[RaterRow]
    cues: dict[str, Cue]
    own_prompts: dict[str, OwnPrompts]
    exchange: Exchange
    formatting_win: NotRequired[FormattingWin]
    displacement: Displacement
    wins: list[WinCell]
    influence: Influence | None
    traits: list[Trait]
    profiles: list[Profile]
    spent: NotRequired[list[Spent]]
    probes: NotRequired[list[Probed]]
    flags: list[FlagRate]
    susceptibility: Susceptibility | None
    power: list[Need]
    overoptimisation: list[OverOptimisation]
    effort: list[EffortRow]
    goldilocks: list[GoldilocksRow]
    namesakes: list[Namesakes]
    gate: Gate | None
    features: dict[str, FeatureNote]
    specification: SpecificationRecord
    warnings: list[str]
    seed: int
    code_version: str
    data_fingerprint: str

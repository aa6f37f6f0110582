"""The shape of a report: what `report.json` holds and what an AnalysisRun freezes.

Every number is an `Effect`: an estimate with its interval, its n, its unit and how it is identified. A page or a
chart reads these and computes nothing. `docs/report.md` documents each key, `docs/report.schema.json` checks it.
"""

from vibes.stats.results.boards import (
    BoardRow,
    Boards,
    Displaced,
    Displacement,
    Influence,
    Margin,
    Win,
    WinCell,
)
from vibes.stats.results.cues import (
    Cue,
    CueByClass,
    CueFamily,
    Curve,
    CurvePoint,
    CurveValue,
    Exchange,
    Need,
    OwnPrompts,
    Tiebreak,
    Variants,
)
from vibes.stats.results.effects import Effect, Finding, Kind, Shown, State
from vibes.stats.results.formatting import FormattingNeed, FormattingWin
from vibes.stats.results.gate import Gate, GateCondition, Outcome
from vibes.stats.results.raters import (
    Agreement,
    FlagRate,
    RaterFlag,
    RaterRow,
    Susceptibility,
    TieRates,
    Trait,
)
from vibes.stats.results.report import Describe, FeatureNote, Fit, Report, SpecificationRecord, Verdicts
from vibes.stats.results.wider import (
    EffortPoint,
    EffortRow,
    FeatureGap,
    Form,
    GoldilocksRow,
    Namesakes,
    OverOptimisation,
    Profile,
    ProfileRow,
    Ratio,
)

__all__ = [
    "Agreement",
    "BoardRow",
    "Boards",
    "Cue",
    "CueByClass",
    "CueFamily",
    "Curve",
    "CurvePoint",
    "CurveValue",
    "Describe",
    "Displaced",
    "Displacement",
    "Effect",
    "EffortPoint",
    "EffortRow",
    "Exchange",
    "FeatureGap",
    "FeatureNote",
    "Finding",
    "Fit",
    "FlagRate",
    "Form",
    "FormattingNeed",
    "FormattingWin",
    "Gate",
    "GateCondition",
    "GoldilocksRow",
    "Influence",
    "Kind",
    "Margin",
    "Namesakes",
    "Need",
    "Outcome",
    "OverOptimisation",
    "OwnPrompts",
    "Profile",
    "ProfileRow",
    "RaterFlag",
    "RaterRow",
    "Ratio",
    "Report",
    "Shown",
    "SpecificationRecord",
    "State",
    "Susceptibility",
    "TieRates",
    "Tiebreak",
    "Trait",
    "Variants",
    "Verdicts",
    "Win",
    "WinCell",
]

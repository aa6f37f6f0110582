"""One analysis, from a frame to a report.

Four boards: plain (position only), style (length and formatting beside it), sycophancy (tone beside it), both. The effects,
T0 and the hold-out come from the fit with the most covariates. Same frame, seed and code give the same report.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.agreement import agreement
from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.boards import BoardFit, board, fit_board
from vibes.stats.cautions import cautions
from vibes.stats.columns import FrameError
from vibes.stats.controls import TONE, Columns, Controls, controls
from vibes.stats.covariates import POSITION, FeaturePair
from vibes.stats.describe import describe
from vibes.stats.formatting import LOG_ODDS, PER_SD, PER_UNIT, effects, position_note
from vibes.stats.frames import COVARIATE, JudgementFrame
from vibes.stats.holdout import Holdout, holdout
from vibes.stats.intervals import Clusters
from vibes.stats.raters import raters_detail
from vibes.stats.results import Boards, FeatureNote, Fit, Report, Verdicts
from vibes.stats.scales import ranked
from vibes.stats.selection import Selection, select
from vibes.stats.specification import Specification
from vibes.stats.tiebreaks import tiebreak
from vibes.stats.votes import Votes

__all__ = ["FeaturePair", "Specification", "analyse"]

Progress = Callable[[int, int, str], None]
DRAWN_FOR = ("plain", "style", "sycophancy", "both", "agreement", "holdout")


def analyse(
    frame: JudgementFrame,
    features: Sequence[FeaturePair],
    specification: Specification,
    *,
    seed: int,
    code_version: str,
    data_fingerprint: str,
    progress: Progress | None = None,
) -> Report:
    """Analyse the judgements. `features` hold the counts of every row of `frame`, in its order.

    `progress(done, total, what)` is called before each step and once at the end. Raises FrameError on bad input.
    """
    study = _study(select(frame, features, specification), specification, seed)
    tell = _Teller(progress, len(study.controls.boards()) + 2)
    boards, fullest = _boards(study, tell)
    tell.next("hold-out")
    tested = (
        Holdout(None, None)
        if fullest.fit is None
        else holdout(fullest.fit, specification.ties, study.rng("holdout"))
    )
    tell.next("agreement")
    report = _report(study, boards, fullest, tested, code_version, data_fingerprint)
    tell.next("done")
    return report


@dataclass
class _Teller:
    progress: Progress | None
    total: int
    done: int = -1

    def next(self, what: str) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total, what)


@dataclass(frozen=True, eq=False)
class _Study:
    """What is analysed: the selected rows, those of them in the fit, and the covariates of all of them."""

    selection: Selection
    specification: Specification
    seed: int
    controls: Controls
    clusters: Clusters
    fitted_rows: IntArray

    @property
    def frame(self) -> JudgementFrame:
        return self.selection.frame

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that one more board moves no other number."""
        return np.random.default_rng([self.seed, DRAWN_FOR.index(purpose)])

    def votes(self, columns: Columns) -> Votes:
        frame, rows = self.frame, self.fitted_rows
        x = np.column_stack([column[rows] for column in columns.values()])
        raters = len(frame.rater.names)
        weight = frame.weight[rows]
        level, rater = _level(frame)[rows], frame.rater.codes[rows]
        a, b = frame.model_a[rows], frame.model_b[rows]
        return Votes(a, b, len(frame.models), level, rater, raters, weight, x, tuple(columns))


def _study(selection: Selection, specification: Specification, seed: int) -> _Study:
    frame = selection.frame
    both_bad = frame.is_verdict(Verdict.BOTH_BAD)
    kept = np.ones(len(frame), dtype=bool) if specification.both_bad == "tie" else ~both_bad
    if not kept.any():
        raise FrameError(
            "every verdict is both_bad", "Take them for ties (--both-bad tie) or add other judgements"
        )
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)
    found = controls(frame, selection.features)
    return _Study(selection, specification, seed, found, clusters, np.flatnonzero(kept))


def _level(frame: JudgementFrame) -> IntArray:
    """The outcome on its scale, + favours A: `strength` where there, else the verdict."""
    strength = frame.numbers.get("strength")
    return frame.sign if strength is None else ranked(np.nan_to_num(strength))


def _boards(study: _Study, tell: _Teller) -> tuple[Boards, BoardFit]:
    names, rates = study.frame.models, _both_bad_rates(study.frame)
    clusters = study.clusters.take(study.fitted_rows)
    rows = {}
    for name, columns in study.controls.boards().items():
        tell.next(f"{name} board")
        fitted = fit_board(study.votes(columns), clusters, names, study.specification.ties)
        rows[name] = board(fitted, names, rates, study.rng(name))
    return Boards(**rows), fitted  # type: ignore[typeddict-item]


def _both_bad_rates(frame: JudgementFrame) -> FloatArray:
    """Both-bad verdicts over all judgements of each model (m,)."""
    sides, size = np.concatenate([frame.model_a, frame.model_b]), len(frame.models)
    both_bad = np.tile(frame.is_verdict(Verdict.BOTH_BAD), 2)
    rates: FloatArray = np.bincount(sides, both_bad, size) / np.bincount(sides, minlength=size)
    return rates


def _report(
    study: _Study,
    boards: Boards,
    fullest: BoardFit,
    tested: Holdout,
    code_version: str,
    data_fingerprint: str,
) -> Report:
    frame, clusters = study.frame, study.clusters
    both_bad_is_tie = study.specification.both_bad == "tie"
    return Report(
        schema=1,
        n=len(frame),
        raters=len(frame.rater.names),
        effective_raters=clusters.effective_raters(),
        simulated=frame.labels["rater_kind"].counts()["simulated"],
        left_out=_left_out(study),
        verdicts=_verdicts(frame),
        boards=boards,
        effects=effects(fullest, _units(study), position_note(frame.position is not None)),
        tiebreak=tiebreak(frame, clusters, study.controls.sycophancy.get(TONE), fullest),
        agreement=agreement(frame, clusters, study.rng("agreement"), both_bad_is_tie=both_bad_is_tie),
        describe=describe(frame, clusters),
        fit=_fit(study, tested),
        raters_detail=raters_detail(frame),
        features=_features(study),
        specification=study.specification.record(),
        warnings=cautions(frame, _left_out(study), boards, fullest, tested),
        seed=study.seed,
        code_version=code_version,
        data_fingerprint=data_fingerprint,
    )


def _verdicts(frame: JudgementFrame) -> Verdicts:
    counts = frame.labels["verdict"].counts()
    return Verdicts(a=counts["a"], b=counts["b"], tie=counts["tie"], both_bad=counts["both_bad"])


def _left_out(study: _Study) -> dict[str, int]:
    """Rows left out by reason; `both_bad` rows are out of the fits only."""
    both_bad = len(study.frame) - len(study.fitted_rows)
    return study.selection.left_out | ({"both_bad": both_bad} if both_bad else {})


def _fit(study: _Study, tested: Holdout) -> Fit:
    return Fit(
        holdout_accuracy=tested.accuracy,
        holdout_log_loss=tested.log_loss,
        tie_rule=study.specification.ties,
        rows=len(study.fitted_rows),
    )


def _units(study: _Study) -> dict[str, str]:
    """The unit of every covariate that is shown among the effects; tone is shown as T0."""
    named = [name for name in (*study.controls.style, *study.controls.sycophancy) if name != TONE]
    return {POSITION: LOG_ODDS} | {name: PER_UNIT if name.startswith(COVARIATE) else PER_SD for name in named}


def _features(study: _Study) -> dict[str, FeatureNote]:
    own = {
        name: FeatureNote(version="given", reference_sd=1.0, family="given", unit="as given")
        for name in study.frame.covariates
    }
    return own | {feature.name: _feature(feature) for feature in study.selection.features}


def _feature(feature: FeaturePair) -> FeatureNote:
    sd = float(feature.reference_sd)
    note = FeatureNote(version=feature.version, reference_sd=sd, family=feature.family, unit=feature.unit)
    if feature.label:
        note["label"] = feature.label
    return note

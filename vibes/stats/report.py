"""One analysis, from a frame to a report.

Four boards: plain (position only), style (length and formatting beside it), sycophancy (tone beside it), both. The effects,
T0 and the hold-out come from the fit with the most covariates; cues from all variants of their matchups. Same frame, seed and
code give the same report.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from vibes.stats.agreement import agreement
from vibes.stats.arena_style import arena_effects
from vibes.stats.board_panels import board_panels, both_bad_rates
from vibes.stats.boards import BoardFit, board, fit_board
from vibes.stats.cautions import cautions
from vibes.stats.controls import TONE, Columns
from vibes.stats.covariates import POSITION, FeaturePair
from vibes.stats.cues.report import cue_reports
from vibes.stats.describe import describe
from vibes.stats.displacement import displacement
from vibes.stats.exchange import exchange
from vibes.stats.fits import NotConvergedError
from vibes.stats.flags import flag_rates
from vibes.stats.formatting import LOG_ODDS, PER_SD, PER_UNIT, effects, inflation, position_note
from vibes.stats.formatting_win import formatting_win
from vibes.stats.frames import COVARIATE, JudgementFrame
from vibes.stats.gate_report import gate_report
from vibes.stats.holdout import Holdout, holdout
from vibes.stats.influence import influence
from vibes.stats.namesakes import namesakes
from vibes.stats.per_rater import fit_per_rater
from vibes.stats.preference_scores import with_scores
from vibes.stats.probe_differences import ProbePair
from vibes.stats.profiles import profiles
from vibes.stats.raters import raters_detail
from vibes.stats.results import (
    Agreement,
    BoardRow,
    Boards,
    Cue,
    Displacement,
    Effect,
    EffortRow,
    FeatureNote,
    Fit,
    FormattingWin,
    GoldilocksRow,
    Influence,
    OverOptimisation,
    OwnPrompts,
    Probed,
    RaterRow,
    Report,
    Tiebreak,
    Verdicts,
)
from vibes.stats.sample_report import sample_report
from vibes.stats.samples import SampleFrame
from vibes.stats.selection import select
from vibes.stats.specification import Specification
from vibes.stats.spent import spent
from vibes.stats.study import Study
from vibes.stats.tastes import Tastes, tastes
from vibes.stats.tiebreaks import needs, tiebreak
from vibes.stats.traits import traits
from vibes.stats.wins import wins

__all__ = ["FeaturePair", "Specification", "analyse"]

Progress = Callable[[int, int, str], None]
MANY = 20_000  # rows from which on two threads are worth while
CORES = 2
STEPS = 6  # after the boards: cues, what control moves, raters, hold-out, first place, samples


def analyse(
    frame: JudgementFrame,
    features: Sequence[FeaturePair],
    specification: Specification,
    *,
    seed: int,
    code_version: str,
    data_fingerprint: str,
    samples: SampleFrame | None = None,
    probes: Sequence[ProbePair] = (),
    probed: Sequence[Probed] = (),
    progress: Progress | None = None,
) -> Report:
    """Analyse the judgements. `features` hold the counts of every row of `frame`, in its order.

    `samples`: further answers of the models, with scores, tokens or prices. `probes`: measures of the two models of the gate. `probed`: how
    the models answered probes elsewhere, which stands in the report as it is.
    `progress(done, total, what)` is called before each step and once at the end. Raises FrameError on bad input.
    """
    study = Study.of(select(frame, features, specification), specification, seed)
    tell = _Teller(progress, len(study.controls.boards()) + STEPS)
    return _Analysis(study, tell, samples, probes, probed).report(code_version, data_fingerprint)


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
class _Analysis:
    """The parts of a report, each computed once, in the order in which others rest on them."""

    study: Study
    tell: _Teller
    samples: SampleFrame | None
    probes: Sequence[ProbePair]
    probed: Sequence[Probed]

    @cached_property
    def fits(self) -> dict[str, BoardFit]:
        """The fit of each board there can be, the fullest last. Each is a matter of its own: two go at once."""
        study, found = self.study, {}
        names, clusters, asked = study.frame.models, study.fitted_clusters(), study.specification

        def fitted(columns: Columns) -> BoardFit:
            return fit_board(study.votes(columns), clusters, names, asked.ties)

        with ThreadPoolExecutor(CORES if len(study.frame) >= MANY else 1) as pool:
            boards = study.controls.boards()
            # The fullest takes longest: it is begun first, so that no core waits for it in the end.
            going = {name: pool.submit(fitted, boards[name]) for name in reversed(boards)}
            try:
                for name in boards:
                    self.tell.next(f"{name} board")
                    found[name] = going[name].result()
            finally:
                pool.shutdown(cancel_futures=True)
        return found

    @property
    def fullest(self) -> BoardFit:
        return [*self.fits.values()][-1]

    @cached_property
    def boards(self) -> Boards:
        names, rates = self.study.frame.models, both_bad_rates(self.study.frame)
        rows = {name: board(fit, names, rates, self.study.rng(name)) for name, fit in self.fits.items()}
        return cast(Boards, rows)

    def tested(self) -> Holdout:
        fit = self.fullest.fit
        ties = self.study.specification.ties
        return Holdout(None, None) if fit is None else holdout(fit, ties, self.study.rng("holdout"))

    @cached_property
    def cues(self) -> tuple[dict[str, Cue], dict[str, OwnPrompts]]:
        self.tell.next("cues")
        asked, rows = self.study.specification, self.study.selection.all_variants
        return cue_reports(
            rows,
            self.study.rng("cues"),
            planned=asked.planned,
            both_bad_is_tie=self.study.both_bad_is_tie,
            errors=asked.errors,
        )

    @cached_property
    def tiebreak(self) -> Tiebreak:
        return tiebreak(self.study, self.fullest, self.cues[0])

    @cached_property
    def displacement(self) -> Displacement:
        self.tell.next("what control moves")
        return displacement(self.fits, self.study.frame.models)

    def influence(self) -> Influence | None:
        return influence(self.fits["plain"], self.study.frame.models, self.study.specification.ties)

    @cached_property
    def tastes(self) -> Tastes:
        self.tell.next("raters")
        return tastes(self.study, self.fullest, self.tiebreak["cue"])

    @cached_property
    def agreement(self) -> Agreement:
        return agreement(
            self.study.frame,
            self.study.clusters,
            self.study.rng("agreement"),
            both_bad_is_tie=self.study.both_bad_is_tie,
            everything=self.study.selection.every_purpose,
        )

    @cached_property
    def raters(self) -> list[RaterRow]:
        chosen = self.study.selection
        return raters_detail(chosen.all_variants, everything=chosen.every_purpose, personal=self.tastes.each)

    @cached_property
    def sampled(self) -> tuple[list[OverOptimisation], list[EffortRow], list[GoldilocksRow]]:
        self.tell.next("samples")
        if self.samples is None:
            return [], [], []
        return sample_report(self._scored(self.samples), self.boards, self.study.rng("samples"))

    def _scored(self, samples: SampleFrame) -> SampleFrame:
        """Where the file has no scores, those fitted to the votes on other prompts, if there is such a fit."""
        frame, features = self.study.frame, self.study.selection.features
        differences = {
            **frame.covariates,
            **{feature.name: np.subtract(*feature.counts()) for feature in features},
        }
        try:
            return with_scores(samples, frame, differences)
        except NotConvergedError:
            return samples

    def effects(self, fitted: BoardFit | None) -> dict[str, Effect]:
        """Every effect of a fit; none where there is no such fit."""
        notes = position_note(self.study.frame.position is not None)
        return {} if fitted is None else effects(fitted, _units(self.study), notes)

    def formatting_win(self, found: dict[str, Effect]) -> FormattingWin:
        """What length or formatting alone would have to be, where a board holds them constant."""
        study, last = self.study, [*self.boards.values()][-1]
        style = [one for one in study.selection.features if one.name in study.controls.style]
        return formatting_win(
            self.fullest, cast(list[BoardRow], last), study.frame.models, style, found, study.fitted_rows
        )

    def per_rater(self) -> dict[str, Effect]:
        ties = self.study.specification.ties
        return self.effects(fit_per_rater(self.fullest, self.study.frame.models, ties))

    def report(self, code_version: str, data_fingerprint: str) -> Report:
        """All parts. Those on which nothing rests (hold-out, influence of a few votes, the arena's fit) go beside the others."""
        boards = self.boards
        with ThreadPoolExecutor(1) as beside:
            tested, first = beside.submit(self.tested), beside.submit(self.influence)
            arena = beside.submit(arena_effects, self.study)
            if len(self.study.frame) < MANY:
                first.exception()
            return self._report(code_version, data_fingerprint, boards, tested, first, arena)

    def _report(
        self,
        code_version: str,
        data_fingerprint: str,
        boards: Boards,
        tested: "Future[Holdout]",
        first: "Future[Influence | None]",
        arena: "Future[dict[str, Effect]]",
    ) -> Report:
        study, frame, clusters = self.study, self.study.frame, self.study.clusters
        cues, own_prompts = self.cues
        moved, tastes_found = self.displacement, self.tastes
        agreed, rated, found_traits = (
            self.agreement,
            self.raters,
            traits(frame, study.selection.features, clusters),
        )
        found_effects = self.effects(self.fullest)
        panels = board_panels(study, self.fits["plain"])
        needed = needs(study, self.fullest, self.tiebreak, cues, moved)
        self.tell.next("hold-out")
        tested.exception()
        self.tell.next("first place")
        first.exception()
        found = Report(
            schema=1,
            n=len(frame),
            raters=len(frame.rater.names),
            effective_raters=clusters.effective_raters(),
            simulated=study.selection.all_variants.labels["rater_kind"].counts()["simulated"],
            left_out=study.left_out(),
            verdicts=_verdicts(frame),
            boards=boards,
            board_panels=panels,
            effects=found_effects,
            effects_per_rater=self.per_rater(),
            effects_arena=arena.result(),
            tiebreak=self.tiebreak,
            cues=cues,
            own_prompts=own_prompts,
            exchange=exchange(frame.take(study.fitted_rows), self.fullest, study.specification.ties),
            formatting_win=self.formatting_win(found_effects),
            displacement=moved,
            wins=wins(frame, clusters),
            influence=first.result(),
            power=needed,
            agreement=agreed,
            describe=describe(frame, clusters),
            fit=_fit(study, tested.result(), self.fullest),
            raters_detail=rated,
            susceptibility=tastes_found.susceptibility,
            traits=found_traits,
            profiles=profiles(frame, study.selection.features),
            spent=spent(frame),
            probes=[*self.probed],
            flags=flag_rates(frame, clusters.errors),
            overoptimisation=self.sampled[0],
            effort=self.sampled[1],
            goldilocks=self.sampled[2],
            namesakes=namesakes(study, self.fullest, study.specification.same, study.rng("namesakes")),
            gate=gate_report(study, self.fullest, self.probes),
            features=_features(study),
            specification=study.specification.record(),
            warnings=cautions(study, boards, self.fullest, tested.result()),
            seed=study.seed,
            code_version=code_version,
            data_fingerprint=data_fingerprint,
        )
        self.tell.next("done")
        return found


def _verdicts(frame: JudgementFrame) -> Verdicts:
    counts = frame.labels["verdict"].counts()
    return Verdicts(a=counts["a"], b=counts["b"], tie=counts["tie"], both_bad=counts["both_bad"])


def _fit(study: Study, tested: Holdout, fullest: BoardFit) -> Fit:
    return Fit(
        holdout_accuracy=tested.accuracy,
        holdout_log_loss=tested.log_loss,
        tie_rule=study.specification.ties,
        rows=len(study.fitted_rows),
        inflation=inflation(fullest),
    )


def _units(study: Study) -> dict[str, str]:
    """The unit of every covariate that is shown among the effects; tone is shown as T0."""
    named = [name for name in (*study.controls.style, *study.controls.sycophancy) if name != TONE]
    return {POSITION: LOG_ODDS} | {name: PER_UNIT if name.startswith(COVARIATE) else PER_SD for name in named}


def _features(study: Study) -> dict[str, FeatureNote]:
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

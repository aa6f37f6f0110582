"""Sycophancy tiebreak: what the randomised cue decides, and beside it what votes without one can say.

T0: β_s, the log-odds effect of one reference SD of measured tone, from the verdict model with position, length and
formatting beside it. T1a: P(lean to the more sycophantic answer | verdict tie) − ½. T1b: the same share among answers of
equal quality, as far as something other than the vote measured it. What makes an answer flattering may make it better or
worse, and raters who tie often weigh more in T1a: none of the three can decide a finding. T1, T2, T1a* and the finding come
from the cue of flattery with the most votes (cues/).
"""

from collections.abc import Mapping

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import FloatArray
from vibes.stats.boards import BoardFit
from vibes.stats.controls import TONE
from vibes.stats.cues.design import CuedVotes
from vibes.stats.cues.report import headline
from vibes.stats.formatting import PER_SD, coefficient
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import FEWEST, Clusters, effect, share, without_interval
from vibes.stats.observational_curve import observational_curve
from vibes.stats.power import need
from vibes.stats.results import Cue, Curve, Displacement, Effect, Finding, Kind, Need, Tiebreak
from vibes.stats.study import Study
from vibes.stats.t1b import t1b

ABOVE_HALF = "probability above ½"
LOG_ODDS = "log-odds"
NO_TONE = "no feature of tone was measured: the rows need text_a and text_b"
NO_CUE = "no randomised cue of flattery is in these votes"
T1A_NOTE = "Raters who tie often weigh more here, and the cue itself changes who ties; alone it is no estimate of taste."
STATED_T0, STATED_LEAD = 0.1, 20.0
"""Effects worth seeing: 0.1 is some 2½ points near an even chance, 20 Elo points nearly 3."""


def tiebreak(study: Study, fullest: BoardFit, cues: Mapping[str, Cue]) -> Tiebreak:
    """The tiebreak section. `fullest`: the board that holds most constant; `cues`: the reports on the study's cues."""
    frame, clusters = study.frame, study.clusters
    tone = study.controls.sycophancy.get(TONE)
    name = headline(cues)
    seen = _observed(study, fullest, tone, study.cued[name] if name else None)
    if name is None:
        finding, why = _no_finding(frame, clusters)
        return _section(seen, _no_cue(clusters), None, _curve(study, fullest), False, finding, why)
    cue = cues[name]
    decided = (cue["T1"], cue["T2"], cue["T1a_star"])
    return _section(seen, decided, name, cue["curve"], cue["interim"], cue["finding"], cue["finding_note"])


def _section(
    seen: tuple[Effect, Effect, Effect],
    decided: tuple[Effect, Effect, Effect],
    cue: str | None,
    curve: Curve,
    interim: bool,
    finding: Finding,
    why: str,
) -> Tiebreak:
    (T0, T1a, T1b), (T1, T2, T1a_star) = seen, decided
    return Tiebreak(
        T0=T0,
        T1a=T1a,
        T1b=T1b,
        T1=T1,
        T2=T2,
        T1a_star=T1a_star,
        cue=cue,
        curve=curve,
        interim=interim,
        finding=finding,
        finding_note=why,
    )


def _observed(
    study: Study, fullest: BoardFit, tone: FloatArray | None, cued: CuedVotes | None
) -> tuple[Effect, Effect, Effect]:
    frame, clusters = study.frame, study.clusters
    return _t0(fullest, tone, clusters), _t1a(frame, clusters, tone), t1b(frame, clusters, tone, cued)


def _curve(study: Study, fullest: BoardFit) -> Curve:
    return observational_curve(fullest, study.controls.style)


def _no_cue(clusters: Clusters) -> tuple[Effect, Effect, Effect]:
    return (
        _nothing(clusters, NO_CUE, ABOVE_HALF, "randomised"),
        _nothing(clusters, NO_CUE, LOG_ODDS, "randomised"),
        _nothing(clusters, NO_CUE, LOG_ODDS, "randomised"),
    )


def _t0(fitted: BoardFit, tone: FloatArray | None, clusters: Clusters) -> Effect:
    if tone is None:
        return _nothing(clusters, NO_TONE, PER_SD)
    return coefficient(fitted, TONE, unit=PER_SD)


def _t1a(frame: JudgementFrame, clusters: Clusters, tone: FloatArray | None) -> Effect:
    if tone is None:
        return _nothing(clusters, NO_TONE, ABOVE_HALF)
    leaned = (frame.lean_sign != 0) & frame.is_verdict(Verdict.TIE)
    if not leaned.any():
        return _nothing(
            clusters, "no tie has a lean: raters were not asked which they would send", ABOVE_HALF
        )
    rows = np.flatnonzero(leaned & (tone != 0.0))
    if not len(rows):
        return _nothing(clusters, "no tie with a lean differs in tone", ABOVE_HALF)
    to_more = (frame.lean_sign[rows] == np.sign(tone[rows])).astype(np.float64)
    p, variance = share(to_more, clusters.take(rows))
    return effect(
        p - 0.5,
        variance,
        clusters.take(rows),
        unit=ABOVE_HALF,
        kind="observational",
        bounds=(-0.5, 0.5),
        note=T1A_NOTE,
    )


def _nothing(clusters: Clusters, why: str, unit: str, kind: Kind = "observational") -> Effect:
    return without_interval(
        clusters.take(np.zeros(0, dtype=np.int64)), "not_enough", why, unit=unit, kind=kind
    )


def _no_finding(frame: JudgementFrame, clusters: Clusters) -> tuple[Finding, str]:
    raters = clusters.effective_raters()
    if raters < FEWEST:
        return (
            "not enough yet",
            f"The votes spread over {raters:.1f} effective raters; a finding needs {FEWEST:.0f}.",
        )
    return "not enough yet", (
        "No randomised cue of flattery is in these votes. T0, T1a and T1b are no experiments, and cannot identify "
        "a tiebreak, however many votes there are."
    )


def needs(
    study: Study,
    fullest: BoardFit,
    told: Tiebreak,
    cues: Mapping[str, Cue],
    moved: Displacement,
) -> list[Need]:
    """How many more votes each question takes: those of the headline cue, T0, and the lead of the first model."""
    found = list(cues[told["cue"]]["needs"]) if told["cue"] is not None else []
    votes = fullest.votes
    if TONE in votes.covariates:
        differs = votes.columns[votes.covariates.index(TONE)] != 0.0
        found.append(need("T0", told["T0"], STATED_T0, PER_SD, fullest.clusters.where(differs)))
    if moved["margins"]:
        lead = moved["margins"][0]["plain"]
        found.append(need("lead of the first model", lead, STATED_LEAD, "Elo", study.fitted_clusters()))
    return found

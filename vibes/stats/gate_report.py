"""What the gate finds in the votes of a study: a candidate against a baseline.

(1) Win: the candidate's share of their direct, unplanted comparisons, ties ½. (2) Controlled: σ(θ_c − θ_b) of the board that
holds most constant, its limits by the same transform: how often the candidate is preferred, were there no ties, among answers
equally long, formatted and flattering. (3) Flags: candidate − baseline of each rate, Newcombe's interval. (4) Probes: none is
measured in judgements; they are given beside them. Vetoes are decisions of people, and in neither. Control is no control where it cannot be told
apart from the models (one always flatters, the other never): then (2) has no interval, and the gate does not open.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from vibes.stats.boards import ELO, BoardFit
from vibes.stats.covariates import held_all_the_same
from vibes.stats.flags import PROBABILITY, flag_differences
from vibes.stats.gate import GateResult, gate
from vibes.stats.intervals import effect, share, unknown, without_interval
from vibes.stats.probe_differences import ProbePair, probe_differences
from vibes.stats.results import Effect, Gate, GateCondition
from vibes.stats.same_model import strength_difference
from vibes.stats.study import Study

NEVER_MET = "the two were never compared without a planted cue"
NOT_MEASURED = "not controlled: nothing of {} was measured; the rows need text_a and text_b"


def gate_report(study: Study, fullest: BoardFit, probes: Sequence[ProbePair] = ()) -> Gate | None:
    """The gate that the specification asks for; None where it asks for none. `fullest`: the board that holds most constant."""
    asked = study.specification
    if asked.gate is None:
        return None
    candidate, baseline = asked.gate
    win = win_rate(study, candidate, baseline)
    controlled = controlled_win_rate(study, fullest, candidate, baseline)
    unplanted = study.frame.take(np.flatnonzero(study.frame.side_sign("cue_on") == 0))
    seen = candidate in unplanted.models and baseline in unplanted.models
    flags = flag_differences(unplanted, candidate, baseline, asked.errors) if seen else {}
    found = gate(win, controlled, flags, probe_differences(probes), margins=asked.margins)
    return _told(candidate, baseline, found)


def win_rate(study: Study, candidate: str, baseline: str) -> Effect:
    """The weighted share 0 … 1 of the candidate in the direct comparisons that a fit is about, ties ½. Observational."""
    frame = study.frame
    one, two = frame.models.index(candidate), frame.models.index(baseline)
    first = (frame.model_a == one) & (frame.model_b == two)
    met = (first | ((frame.model_a == two) & (frame.model_b == one))) & (frame.side_sign("cue_on") == 0)
    rows = study.fitted_rows[met[study.fitted_rows]]
    clusters = study.clusters.take(rows)
    if not len(rows):
        return without_interval(clusters, "not_enough", NEVER_MET, unit=PROBABILITY, kind="observational")
    toward = np.where(first[rows], 1.0, -1.0) * frame.sign[rows]
    p, variance = share((1.0 + toward) / 2.0, clusters)
    return effect(p, variance, clusters, unit=PROBABILITY, kind="observational", bounds=(0.0, 1.0))


def controlled_win_rate(study: Study, fullest: BoardFit, candidate: str, baseline: str) -> Effect:
    """σ(θ_candidate − θ_baseline) with its interval, 0 … 1. Not identified where style or sycophancy is not held constant."""
    found = _as_share(strength_difference(fullest, study.frame.models, candidate, baseline))
    if found["state"] != "ok":
        return found
    if missing := _not_controlled(study, fullest):
        return unknown(
            "not_identified",
            missing,
            n=found["n"],
            effective_raters=found["effective_raters"],
            unit=PROBABILITY,
            kind="observational",
        )
    return found | {"note": _how_controlled(study, fullest)}


def _as_share(points: Effect) -> Effect:
    """σ of a difference in Elo points and of its limits; the standard error by the delta method."""
    found = points | {"unit": PROBABILITY}
    for key in ("estimate", "low", "high"):
        value = points[key]
        found[key] = None if value is None else float(expit(value / ELO))
    p, se = found["estimate"], points["se"]
    found["se"] = None if p is None or se is None else p * (1.0 - p) * se / ELO
    return found


def _not_controlled(study: Study, fullest: BoardFit) -> str:
    """What is not held constant though it may differ between the two, and why; empty where everything is."""
    for name, columns in (("style", study.controls.style), ("sycophancy", study.controls.sycophancy)):
        if not columns:
            return NOT_MEASURED.format(name)
    loose = {name: why for name, why in fullest.dropped.items() if not held_all_the_same(why)}
    return "; ".join(
        f"{name} is not controlled: {why}" for name, why in loose.items() if _is_control(study, name)
    )


def _is_control(study: Study, name: str) -> bool:
    return name in study.controls.style or name in study.controls.sycophancy


def _how_controlled(study: Study, fullest: BoardFit) -> str:
    """Which control is observational, and which is by lot."""
    held = [
        name for name in fullest.votes.covariates if name not in fullest.dropped and _is_control(study, name)
    ]
    said = f"held constant by covariates, which is observational: {', '.join(held) or 'nothing differs'}"
    if not study.cued:
        return f"{said} (nothing was randomised)"
    return f"{said}; randomised: these votes carry none of {', '.join(study.cued)}, which the lot dealt to others"


def _told(candidate: str, baseline: str, found: GateResult) -> Gate:
    return Gate(
        candidate=candidate,
        baseline=baseline,
        outcome=found.outcome,
        conditions=[
            GateCondition(
                name=one.name,
                outcome=one.outcome,
                bound=one.bound,
                effects=dict(one.effects),
                reasons=list(one.reasons),
            )
            for one in found.conditions
        ],
        vetoes=list(found.vetoes),
        win_vanishes=found.win_vanishes,
        reasons=list(found.reasons),
    )

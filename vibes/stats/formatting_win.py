"""What it would take to win by formatting alone: how much more of one feature makes a model even with the leader.

On the board that holds most constant a model stands θ_leader − θ_model behind. With all else equal it is chosen as often as the
leader where γ_f x = θ_leader − θ_model, x = d/SD, d = (f_model − f_leader)/(f_model + f_leader): so d = SD·(θ_leader − θ_model)/γ_f,
a ratio of two estimates with its Fieller set. Beside an answer with u of it that is u·2d/(1 − d) more, negative for fewer. d ends at
±1, all of it against none: from there on no amount does.
Observational: γ_f also carries whatever else goes with the feature, and answers made longer on purpose need not be liked as much.
The leader is the first of the estimates, so that its lead is, if anything, overstated.
Fieller (1954), JRSS B 16, 175–185.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import stdtrit

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.boards import BoardFit, effective_of_models
from vibes.stats.covariates import FeaturePair, take_all
from vibes.stats.fieller import fieller
from vibes.stats.intervals import LEVEL, Sandwich, known, unknown
from vibes.stats.results import BoardRow, Effect, FormattingNeed, FormattingWin
from vibes.stats.verdict_model import Fit

UNIT = "normalised difference"
NEXT = 3
"""How many models behind the leader are told of."""
UNBOUNDED = "its effect may be 0: no sure amount"


def formatting_win(
    fitted: BoardFit,
    board: Sequence[BoardRow],
    names: tuple[str, ...],
    features: Sequence[FeaturePair],
    effects: Mapping[str, Effect],
    rows: IntArray,
) -> FormattingWin:
    """The needs of the first models behind the leader, feature by feature, in the order of the board.

    `fitted`, `board`: the fit that holds most constant and its rows, the strongest first; `names` (m,): the models. `features`: those
    of which the needs are asked, of every row of the frame; `effects`: theirs, of the same fit. `rows`: those in the fit.
    Empty where fewer than two models have an interval, or no feature is among the effects.
    """
    rated = [names.index(row["model"]) for row in board if row["state"] == "ok"]
    asked = [feature for feature in features if feature.name in effects]
    if fitted.fit is None or fitted.sandwich is None or len(rated) < 2 or not asked:
        return FormattingWin(leader=None, needs=[])
    raters = effective_of_models(fitted.votes, fitted.clusters)
    usual = {feature.name: usual_count(feature) for feature in take_all(asked, rows)}
    needs = []
    for model in rated[1 : NEXT + 1]:
        spread = min(raters[rated[0]], raters[model])
        for feature in asked:
            own = effects[feature.name]
            pair = (rated[0], model)
            found = _difference(fitted.fit, fitted.sandwich, pair, feature, own, float(spread))
            needs.append(_need(names[model], feature.name, found, usual[feature.name]))
    return FormattingWin(leader=names[rated[0]], needs=needs)


def usual_count(feature: FeaturePair) -> float | None:
    """The median over the showings that have any of it, of either side; None where none has."""
    count, showings = np.concatenate([feature.a, feature.b]), _showings(feature)
    order = np.argsort(count, kind="stable")
    order = order[(count[order] > 0.0) & (showings[order] > 0)]
    if not len(order):
        return None
    upto = np.cumsum(showings[order])
    middle = np.searchsorted(upto, [(upto[-1] - 1) // 2, upto[-1] // 2], side="right")
    return float(np.mean(count[order][middle]))


def _showings(feature: FeaturePair) -> IntArray:
    """How often each count of A, then each of B, was shown: many rows have few texts."""
    if feature.sides is None:
        return np.ones(len(feature.a) + len(feature.b), dtype=np.int64)
    each = ((feature.sides.a, feature.a), (feature.sides.b, feature.b))
    return np.concatenate([np.bincount(codes, minlength=len(counts)) for codes, counts in each])


def counted(difference: float, usual: float) -> float | None:
    """How many more than `usual` make this normalised difference, negative for fewer; None where none can."""
    return usual * 2.0 * difference / (1.0 - difference) if abs(difference) < 1.0 else None


def _difference(
    fit: Fit,
    covariance: Sandwich,
    pair: tuple[int, int],
    feature: FeaturePair,
    own: Effect,
    spread: float,
) -> Effect:
    """d of the leader and a model, `pair`. `spread`: the effective raters of the one of the two that has fewer."""
    n = own["n"]
    raters = min(spread, own["effective_raters"] or 0.0)
    if own["state"] != "ok":
        why = own.get("note", "")
        return unknown(own["state"], why, n=n, effective_raters=raters, unit=UNIT, kind="observational")
    leader, model = pair
    top = feature.reference_sd * float(fit.strengths[leader] - fit.strengths[model])
    bottom = fit.effect(feature.name)
    joint = covariance.project(_contrasts(fit, leader, model, feature))
    bounds = fieller(top, bottom, joint, float(stdtrit(raters - 1.0, (1.0 + LEVEL) / 2.0)))
    if bounds is None:
        return unknown(
            "not_identified", UNBOUNDED, n=n, effective_raters=raters, unit=UNIT, kind="observational"
        )
    slope = np.array([[1.0, -top / bottom]]) / bottom
    se = float(np.sqrt(joint.project(slope).variances()[0]))
    return known(top / bottom, *bounds, se, n=n, effective_raters=raters, unit=UNIT, kind="observational")


def _contrasts(fit: Fit, leader: int, model: int, feature: FeaturePair) -> FloatArray:
    """SD·(θ_leader − θ_model) and γ (2, parameters)."""
    found = np.zeros((2, len(fit.parameters)))
    found[0, leader], found[0, model] = feature.reference_sd, -feature.reference_sd
    found[1, fit.place(feature.name)] = 1.0
    return found


def _need(model: str, feature: str, difference: Effect, usual: float | None) -> FormattingNeed:
    ends = (difference[name] for name in ("estimate", "low", "high"))
    more, low, high = (None if end is None or usual is None else counted(end, usual) for end in ends)
    return FormattingNeed(
        model=model,
        feature=feature,
        difference=difference,
        usual=usual,
        more=more,
        low=low,
        high=high,
    )

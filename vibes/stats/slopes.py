"""The slope and curvature of each vote's log P in η, at a fitted verdict model moved by a shift of η."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, softmax

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.cumulative import Cuts, terms
from vibes.stats.fits import Fit
from vibes.stats.scales import Scale
from vibes.stats.votes import Votes


@dataclass(frozen=True, eq=False)
class Slopes:
    """By η, log-odds in favour of A: first derivative (n,), negative second (n,), negative second with each parameter
    of the tie rule (q, n). Without weights."""

    slope: FloatArray
    bend: FloatArray
    rule: FloatArray


At = Callable[[FloatArray], Slopes]


def slopes_of(fit: Fit, rows: IntArray) -> At:
    """What gives the slopes of these rows at η + shift (len(rows),), thresholds and other effects as fitted."""
    votes = fit.votes.take(rows)
    eta, rule = votes.eta(fit.parameters), fit.parameters[votes.size :]
    if fit.rule == "ordinal":
        cuts = Cuts.of(Scale.of(fit.votes.level), votes.level)
        stretch = np.exp(fit.deltas)[votes.rater]
        return lambda shift: _ordinal(cuts, eta + shift, rule, stretch)
    if fit.rule == "half":
        return lambda shift: _half(votes, eta + shift)
    return lambda shift: _davidson(votes, eta + shift, rule)


def _ordinal(cuts: Cuts, eta: FloatArray, mu: FloatArray, stretch: FloatArray) -> Slopes:
    found = terms(cuts, eta, mu, stretch)
    return Slopes(found.slope, found.bend, found.eta_cut)


def _half(votes: Votes, eta: FloatArray) -> Slopes:
    p = expit(eta)
    return Slopes((1.0 + votes.sign) / 2.0 - p, p * (1.0 - p), np.zeros((0, len(eta))))


def _davidson(votes: Votes, eta: FloatArray, rule: FloatArray) -> Slopes:
    """s = +1, 0, −1 has slope (s − E s)/2 and bend Var(s)/4; with λ it meets −P(tie) E s / 2."""
    tie = np.full(len(eta), rule[0] if len(rule) else -np.inf)
    a, b, tied = softmax(np.stack([eta / 2.0, -eta / 2.0, tie]), axis=0)
    mean = a - b
    meets = -(tied * mean / 2.0)[None, :][: len(rule)]
    return Slopes((votes.sign - mean) / 2.0, (a + b - mean**2) / 4.0, meets)

"""One vote under the symmetric cumulative logit: log P and its derivatives.

P(level k) = σ(u − η) − σ(l − η), where u and l are the cuts above and below level k, each stretched by its rater:
cut = e^{δ_r} Σ_j T_kj e^{μ_j}. η in log-odds, positive favours A. Three points are Rao and Kupper's model (1967, JASA 62,
194–204). Differences of σ are written as products, σ(x) − σ(y) = σ(x) σ(−y) (1 − e^{y−x}), so that tails keep digits.
"""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray, blocks
from vibes.stats.scales import Scale


@dataclass(frozen=True, eq=False)
class Terms:
    """For each of n votes and q free cuts, of log P: value, first derivatives, negative second derivatives.

    `cut_slope` (q, n) is by μ_j; the sum over j is the slope by δ_r. `bend` (n,) is by η twice, `eta_cut` (q, n) by η
    and μ_j, `cut_bend` (q, q, n) by the cuts *as if they were linear in μ*: the exact one subtracts `cut_slope` on the
    diagonal, and without it the matrix is never negative.
    """

    log_p: FloatArray
    slope: FloatArray
    cut_slope: FloatArray
    bend: FloatArray
    eta_cut: FloatArray
    cut_bend: FloatArray

    @classmethod
    def blank(cls, q: int, n: int) -> "Terms":
        one, many = (np.empty(n) for _ in range(3)), (np.empty((q, n)) for _ in range(2))
        log_p, slope, bend = one
        cut_slope, eta_cut = many
        return cls(log_p, slope, cut_slope, bend, eta_cut, np.empty((q, q, n)))


@dataclass(frozen=True, eq=False)
class Cuts:
    """The cuts around the outcome of each vote: which rows of T, shared by every evaluation."""

    above: FloatArray
    below: FloatArray
    open_above: FloatArray
    open_below: FloatArray

    @classmethod
    def of(cls, scale: Scale, level: IntArray) -> "Cuts":
        design, index = scale.design(), scale.index(level)
        last = len(scale.levels) - 1
        return cls(
            np.ascontiguousarray(design[index + 1].T),
            np.ascontiguousarray(design[index].T),
            np.where(index == last, np.inf, 0.0),
            np.where(index == 0, -np.inf, 0.0),
        )

    def take(self, rows: slice) -> "Cuts":
        return Cuts(self.above[:, rows], self.below[:, rows], self.open_above[rows], self.open_below[rows])


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def terms(
    cuts: Cuts,
    eta: FloatArray,
    mu: FloatArray,
    stretch: FloatArray | float,
    weight: FloatArray | float = 1.0,
    out: Terms | None = None,
) -> Terms:
    """Evaluate every vote, times its weight. `eta` (n,), `mu` (q,), `stretch` (n,) = e^{δ_r}. `out` is written over.

    A trial step too far out gives a log P of −∞ or NaN, which the line search turns down.
    """
    found = out or Terms.blank(len(mu), len(eta))
    each, w = np.broadcast_to(stretch, eta.shape), np.broadcast_to(weight, eta.shape)
    for rows in blocks(len(eta)):
        part = _terms(cuts.take(rows), eta[rows], mu, each[rows])
        for whole, values in zip(vars(found).values(), vars(part).values(), strict=True):
            np.multiply(values, w[rows], out=whole[..., rows])
    return found


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def probability(cuts: Cuts, eta: FloatArray, mu: FloatArray, stretches: FloatArray) -> FloatArray:
    """P of every vote's outcome (s, n) under each of s stretches, without derivatives."""
    found = np.empty((len(stretches), len(eta)))
    for rows in blocks(len(eta)):
        part = cuts.take(rows)
        for place, stretch in enumerate(stretches):
            scaled = (np.exp(mu) * stretch)[:, None]
            u = (part.above * scaled).sum(axis=0) + part.open_above
            low = (part.below * scaled).sum(axis=0) + part.open_below
            p_up, under = _sides(eta[rows] - u)[0], _sides(low - eta[rows])[0]
            found[place, rows] = p_up * under * _gap(low - u)
    return found


def _terms(cuts: Cuts, eta: FloatArray, mu: FloatArray, stretch: FloatArray) -> Terms:
    scaled = np.exp(mu)[:, None] * stretch
    up, down = cuts.above * scaled, cuts.below * scaled
    u = up.sum(axis=0) + cuts.open_above
    low = down.sum(axis=0) + cuts.open_below
    # σ(x) and σ(−x) with all their digits from one exponential: e^−x above, where x may be ∞, and e^x below, where it may be −∞.
    (p_up, over), (under, p_low) = _sides(eta - u), _sides(low - eta)
    gap = _gap(low - u)
    by_up, by_low = over / (under * gap), -p_low / (p_up * gap)
    f_up, f_low = p_up * over, p_low * under
    cut_slope = by_up * up + by_low * down
    return Terms(
        log_p=np.log(p_up * under * gap),
        slope=p_up - under,
        cut_slope=cut_slope,
        bend=f_up + f_low,
        eta_cut=-(f_up * up + f_low * down),
        cut_bend=_cut_bend(up, down, by_up, by_low, p_up - over, p_low - under),
    )


def _sides(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """σ(−x) and σ(x), each with all its digits; x below ∞."""
    grown = np.exp(x)
    away = 1.0 / (1.0 + grown)
    return away, grown * away


def _gap(apart: FloatArray) -> FloatArray:
    """1 − e^x (n,), which is 1 where a cut is open: the exponential that keeps digits is the slowest part."""
    found = np.ones(len(apart))
    closed = np.flatnonzero(apart > -np.inf)
    found[closed] = -np.expm1(apart[closed])
    return found


def _cut_bend(
    up: FloatArray,
    down: FloatArray,
    by_up: FloatArray,
    by_low: FloatArray,
    up_tilt: FloatArray,
    low_tilt: FloatArray,
) -> FloatArray:
    """−∂²log P over the cuts, carried to μ by their first derivatives. tilt = 2σ − 1 at each cut."""
    twice_up = by_up**2 + by_up * up_tilt
    twice_low = by_low**2 + by_low * low_tilt
    both = by_up * by_low
    found: FloatArray = (
        twice_up * up[:, None] * up
        + twice_low * down[:, None] * down
        + both * (up[:, None] * down + down[:, None] * up)
    )
    return found

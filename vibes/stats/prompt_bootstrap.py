"""Intervals for what is measured once on each prompt: the prompts are drawn anew, with all that belongs to them.

Percentile intervals with the level widened so that they match Student's t for a mean: α′/2 = Φ(−√(P/(P − 1)) t_{α/2, P−1})
(Hesterberg 2015, The American Statistician 69, 371–386). Below ten prompts there is no interval.
"""

import math

import numpy as np
from scipy.special import ndtr, stdtrit

from vibes.stats.arrays import FloatArray
from vibes.stats.intervals import LEVEL, known, unknown
from vibes.stats.results import Effect, Kind, State

FEWEST_PROMPTS = 10
DRAWS = 2_000
_CELLS = 4_000_000


def resampled_means(values: FloatArray, generator: np.random.Generator, draws: int = DRAWS) -> FloatArray:
    """Means (draws, k) of rows of `values` (P, k) drawn with replacement, P at a time.

    The rows are drawn from in an order of their own, so that the names of the prompts leave no trace.
    """
    prompts, values = len(values), values[np.lexsort(values.T)]
    block = max(1, _CELLS // prompts)
    shares = np.full(prompts, 1.0 / prompts)
    parts = [
        generator.multinomial(prompts, shares, size=min(block, draws - start)) @ values / prompts
        for start in range(0, draws, block)
    ]
    means: FloatArray = np.concatenate(parts)
    return means


def tail(prompts: int) -> float:
    """What is cut off each side of draws over P ≥ 2 prompts for a 95 % interval."""
    reach = math.sqrt(prompts / (prompts - 1.0)) * stdtrit(prompts - 1.0, (1.0 + LEVEL) / 2.0)
    return float(ndtr(-reach))


def limits(drawn: FloatArray, cut: float) -> tuple[float, float]:
    """The quantiles at `cut` and 1 − `cut` of draws (B,), which may hold infinities."""
    low, high = np.quantile(drawn, [cut, 1.0 - cut], method="nearest")
    return float(low), float(high)


def prompt_effect(
    estimate: float, drawn: FloatArray, prompts: int, *, n: int, unit: str, kind: Kind, note: str = ""
) -> Effect:
    """Give an estimate its interval from `drawn` (B,), or say why it has none. `n`: what was measured, over all prompts."""
    if prompts < FEWEST_PROMPTS:
        return without_prompts(
            "not_enough", too_few_prompts(prompts), n=n, unit=unit, kind=kind, estimate=estimate
        )
    return drawn_effect(estimate, drawn, tail(prompts), n=n, unit=unit, kind=kind, note=note)


def drawn_effect(
    estimate: float, drawn: FloatArray, cut: float, *, n: int, unit: str, kind: Kind, note: str = ""
) -> Effect:
    """An estimate with the limits of its draws (B,); not identified where a limit is infinite."""
    low, high = limits(drawn, cut)
    if not (math.isfinite(low) and math.isfinite(high)):
        return without_prompts("not_identified", "the draws leave one side open", n=n, unit=unit, kind=kind)
    se = float(drawn.std(ddof=1)) if np.isfinite(drawn).all() else None
    return known(estimate, low, high, se, n=n, effective_raters=None, unit=unit, kind=kind, note=note)


def without_prompts(
    state: State, note: str, *, n: int, unit: str, kind: Kind, estimate: float | None = None
) -> Effect:
    """An effect over prompts that says why it has no interval."""
    return unknown(state, note, n=n, effective_raters=None, unit=unit, kind=kind, estimate=estimate)


def too_few_prompts(prompts: int) -> str:
    return f"there are {prompts} prompts; an interval needs {FEWEST_PROMPTS}"

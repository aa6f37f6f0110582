"""What a number of votes can find, before the first of them is cast: the other way round from `power`."""

import math

from scipy.stats import norm

from vibes.stats.intervals import LEVEL
from vibes.stats.power import ASSUMED, POWER

AGREEMENT = 0.29
"""Correlation of the votes on one comparison: Krippendorff's α, nominal, of 8,931 public votes by 124 raters (llmfao)."""


def win_rate(votes: int, per_comparison: int, agreement: float = AGREEMENT) -> float | None:
    """The smallest distance of a win rate from ½ that `votes` find with 80 % power, two-sided at 5 %.

    Each comparison has `per_comparison` of them, which correlate by `agreement` (Kish 1965: 1 + (m − 1)ρ); a vote's
    variance is ¼, the largest there is. Raters are taken to be alike: it is optimistic where they are few or differ.
    None where no win rate below 1 would be found.
    """
    if votes < 1 or per_comparison < 1:
        raise ValueError("what can be found needs at least one vote on a comparison")
    design_effect = 1.0 + (per_comparison - 1) * agreement
    reach = float(norm.ppf((1.0 + LEVEL) / 2.0) + norm.ppf(POWER))
    found = reach * math.sqrt(0.25 * design_effect / votes)
    return found if found < 0.5 else None


def effect(estimand: str, votes: int) -> float:
    """The effect that `votes` find, from the study that answered (`power.ASSUMED`), by 1/√votes: `planned_votes` turned
    round."""
    if votes < 1:
        raise ValueError("what can be found needs at least one vote")
    known = ASSUMED[estimand]
    return known.effect * math.sqrt(known.votes / votes)

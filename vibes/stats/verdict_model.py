"""The verdict model: how strengths, position, style and tone make a verdict.

η = θ_a − θ_b + π·position + Σ γ_k x_k + β_s Δs, in log-odds, positive favours A. Three rules say what a tie is:
`ordinal` (thresholds of each rater, partially pooled), `half` (half a win each), `davidson` (a check).
"""

from typing import Literal, get_args

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.davidson import fit_davidson
from vibes.stats.fits import Fit, NotConvergedError, SeparationError
from vibes.stats.half import fit_half
from vibes.stats.ordinal import fit_ordinal
from vibes.stats.prior import VirtualVotes
from vibes.stats.scales import Scale
from vibes.stats.votes import Votes

__all__ = ["Fit", "NotConvergedError", "SeparationError", "TieRule", "fit_verdicts"]

TieRule = Literal["ordinal", "davidson", "half"]
TIE_RULES: tuple[TieRule, ...] = get_args(TieRule)
LARGEST = 20.0
"""Log-odds beyond which an effect is a separation that Newton stopped on the way to infinity."""


def fit_verdicts(
    votes: Votes,
    *,
    ties: TieRule = "ordinal",
    virtual_votes: float = 0.5,
    personal: bool = True,
    scale: Scale | None = None,
    near: Fit | None = None,
) -> Fit:
    """Fit one verdict model.

    `virtual_votes`: wins and as many losses lent to each model; 0 gives plain maximum likelihood. `personal` and
    `scale` are for `ordinal`: whether thresholds are, and the scale where these votes may not use all of it. `near`: a fit of
    the same model to most of these votes, from which the search may begin.
    Raises NotConvergedError, or SeparationError naming the covariate that has no finite effect.
    """
    try:
        fit = _fit(votes, ties, VirtualVotes(virtual_votes), personal, scale, near)
    except NotConvergedError as error:
        if error.parameters is not None:
            _no_effect_runs_away(votes, error.parameters)
        raise
    _no_effect_runs_away(votes, fit.parameters)
    return fit


def _fit(
    votes: Votes, ties: TieRule, prior: VirtualVotes, personal: bool, scale: Scale | None, near: Fit | None
) -> Fit:
    if ties == "half":
        return fit_half(votes, prior=prior)
    if ties == "davidson":
        return fit_davidson(votes, prior=prior)
    return fit_ordinal(votes, prior=prior, scale=scale, personal=personal, near=near)


def _no_effect_runs_away(votes: Votes, parameters: FloatArray) -> None:
    effects = parameters[votes.models : votes.size]
    largest = np.abs(effects) * votes.farthest
    if (largest > LARGEST).any():
        raise SeparationError(tuple(np.array(votes.covariates)[largest > LARGEST].tolist()))

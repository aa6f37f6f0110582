"""How much one more vote on a pair of models would narrow what is known of its win rate.

Under Bradley–Terry a win rate p = σ(θ_i − θ_j) has variance h² V, with h = p (1 − p) and V = Var(θ_i − θ_j). One more vote on
the pair adds information h on its difference, after which V is V / (1 + h V). The drop is large where two models are close and
little is known of them. So an arena samples its pairs (Chiang et al. 2024, arXiv:2403.04132, section 5), there with V from the
pair's own votes alone; here votes on other pairs tell of this one too. The gain of information alone, log(1 + h V), would not
do: where V comes from n votes on the pair it is 1 / n, however clear the pair.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from vibes.stats.arrays import FloatArray
from vibes.stats.half import fit_half
from vibes.stats.prior import VirtualVotes
from vibes.stats.votes import Votes


def gains(counts: Sequence[tuple[int, int, int, int]], models: int) -> FloatArray:
    """The drop in variance of each pair's win rate by one more vote on it (models, models): above 0, symmetric, 0 on the
    diagonal.

    `counts`: rows of (code of model A, of model B, level, how many): level +1 where A was chosen, −1 where B, 0 for a tie,
    which counts as half a win. Models without a vote are known by the prior alone. Raises NotConvergedError.
    """
    a, b, level, n = (np.array(column, dtype=np.int64) for column in zip(*counts, strict=True))
    votes = Votes(
        a=a,
        b=b,
        models=models,
        level=level,
        rater=np.zeros(len(n), dtype=np.int64),
        raters=1,
        weight=n.astype(np.float64),
        x=np.zeros((len(n), 0)),
        covariates=(),
    )
    fit = fit_half(votes, prior=VirtualVotes())
    known = np.diag(fit.bread)
    variance = known[:, None] + known[None, :] - 2.0 * fit.bread
    p = expit(np.subtract.outer(fit.strengths, fit.strengths))
    h = p * (1.0 - p)
    found: FloatArray = h**2 * (variance - variance / (1.0 + h * variance))
    return found

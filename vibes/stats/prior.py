"""The prior on strengths, stated as votes: each model has half a virtual win and half a virtual loss.

The virtual opponent is an average model (θ = 0), so the log prior is v Σ_m [log σ(θ_m) + log σ(−θ_m)], v = ½. Beside
it stands −½(Σθ)², which pins the origin that only differences leave free and moves no difference when v = 0.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from vibes.stats.arrays import FloatArray


@dataclass(frozen=True)
class VirtualVotes:
    """`votes` virtual wins and as many virtual losses for each model."""

    votes: float = 0.5

    def value(self, theta: FloatArray) -> float:
        return float(self.votes * (log_expit(theta) + log_expit(-theta)).sum() - 0.5 * theta.sum() ** 2)

    def gradient(self, theta: FloatArray) -> FloatArray:
        slope: FloatArray = self.votes * (1.0 - 2.0 * expit(theta)) - theta.sum()
        return slope

    def curvature(self, theta: FloatArray) -> FloatArray:
        """The negative Hessian (m, m)."""
        bend = 2.0 * self.votes * expit(theta) * expit(-theta)
        return np.diag(bend) + np.ones((len(theta), len(theta)))

"""The votes that a verdict model explains, and the sums that every fit of it needs.

A coefficient vector here is (θ, β): m model strengths, then k covariate effects, all in log-odds, positive favours A.
The row of the design for vote i is z_i = (e_a − e_b, x_i), so that η_i = z_i·(θ, β). It is never built whole: sums
over models are sums over pairs.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Votes:
    """n votes between m models by R raters.

    `a`, `b` (n,): codes of the models. `level` (n,): the outcome on a symmetric scale, + favours A, 0 a tie.
    `rater` (n,): codes. `weight` (n,): positive. `x` (n, k): covariates, each A − B. `covariates`: their k names.
    """

    a: IntArray
    b: IntArray
    models: int
    level: IntArray
    rater: IntArray
    raters: int
    weight: FloatArray
    x: FloatArray
    covariates: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.a)

    @property
    def size(self) -> int:
        """Length of (θ, β)."""
        return self.models + len(self.covariates)

    @property
    def sign(self) -> FloatArray:
        """+1 where A was chosen, −1 where B, 0 for a tie."""
        return np.sign(self.level).astype(np.float64)

    @cached_property
    def _columns(self) -> list[FloatArray]:
        return [np.ascontiguousarray(self.x[:, k]) for k in range(self.x.shape[1])]

    @cached_property
    def _pair(self) -> IntArray:
        codes: IntArray = self.a * self.models + self.b
        return codes

    def eta(self, coefficients: FloatArray) -> FloatArray:
        """η (n,): log-odds in favour of A."""
        eta: FloatArray = coefficients[self.a] - coefficients[self.b]
        for column, coefficient in zip(self._columns, coefficients[self.models :], strict=False):
            eta += column * coefficient
        return eta

    def pull(self, u: FloatArray) -> FloatArray:
        """Σ_i u_i z_i (m + k,)."""
        strengths = np.bincount(self.a, u, self.models) - np.bincount(self.b, u, self.models)
        return np.concatenate([strengths, [column @ u for column in self._columns]])

    def pull_by_rater(self, u: FloatArray) -> FloatArray:
        """Σ of u_i z_i over the votes of each rater (R, m + k)."""
        total = self.raters * self.models
        at_a = np.bincount(self.rater * self.models + self.a, u, total)
        at_b = np.bincount(self.rater * self.models + self.b, u, total)
        effects = [np.bincount(self.rater, u * column, self.raters) for column in self._columns]
        return np.column_stack([(at_a - at_b).reshape(self.raters, self.models), *effects])

    def spread(self, h: FloatArray) -> FloatArray:
        """Σ_i h_i z_i z_iᵀ (m + k, m + k), the models' part from one sum over pairs."""
        m = self.models
        pairs = np.bincount(self._pair, h, m * m).reshape(m, m)
        pairs = pairs + pairs.T
        out = np.zeros((self.size, self.size))
        out[:m, :m] = np.diag(pairs.sum(axis=1)) - pairs
        for k, column in enumerate(self._columns):
            out[m + k] = out[:, m + k] = self.pull(h * column)
        return out

    def rows(self, u: FloatArray, chosen: IntArray) -> FloatArray:
        """u_i z_i for the chosen rows, dense (len(chosen), m + k)."""
        out = np.zeros((len(chosen), self.size))
        place = np.arange(len(chosen))
        out[place, self.a[chosen]] += u[chosen]
        out[place, self.b[chosen]] -= u[chosen]
        out[:, self.models :] = self.x[chosen] * u[chosen, None]
        return out

    def take(self, chosen: IntArray) -> "Votes":
        """Keep these votes; the tables of models and raters stay as they are."""
        return replace(
            self,
            a=self.a[chosen],
            b=self.b[chosen],
            level=self.level[chosen],
            rater=self.rater[chosen],
            weight=self.weight[chosen],
            x=self.x[chosen],
        )

    def without(self, names: frozenset[str]) -> "Votes":
        """Drop covariates by name."""
        kept = [k for k, name in enumerate(self.covariates) if name not in names]
        return replace(self, x=self.x[:, kept], covariates=tuple(self.covariates[k] for k in kept))

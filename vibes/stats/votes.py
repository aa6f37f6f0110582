"""The votes that a verdict model explains, and the sums that every fit of it needs.

A coefficient vector here is (θ, β): m model strengths, then k covariate effects, all in log-odds, positive favours A.
The row of the design for vote i is z_i = (e_a − e_b, x_i), so that η_i = z_i·(θ, β). It is never built whole: sums
over models are sums over pairs.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vibes.stats.arrays import BLOCK, FloatArray, IntArray, blocks, sum_by

MANY = 100_000
THIN = 16


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

    @cached_property
    def sign(self) -> FloatArray:
        """+1 where A was chosen, −1 where B, 0 for a tie."""
        return np.sign(self.level).astype(np.float64)

    @cached_property
    def columns(self) -> FloatArray:
        """The covariates as rows in memory (k, n); no copy where `x` stands column by column."""
        turned = self.x.T
        return turned if turned.strides[1] == turned.itemsize else np.ascontiguousarray(turned)

    @cached_property
    def farthest(self) -> FloatArray:
        """The largest |x| of each covariate (k,)."""
        high, low = self.columns.max(axis=1, initial=0.0), self.columns.min(axis=1, initial=0.0)
        return np.asarray(np.maximum(high, -low))

    @cached_property
    def pair(self) -> IntArray:
        """One code for both models (n,): a · m + b."""
        codes: IntArray = self.a * self.models + self.b
        return codes

    def eta(self, coefficients: FloatArray) -> FloatArray:
        """η (n,): log-odds in favour of A."""
        theta, beta = coefficients[: self.models], coefficients[self.models :]
        between = np.subtract.outer(theta, theta).ravel()
        eta: FloatArray = beta[: len(self.columns)] @ self.columns
        eta += between[self.pair]
        return eta

    def pull(self, u: FloatArray) -> FloatArray:
        """Σ_i u_i z_i (m + k,)."""
        pairs = self.by_pair(u)
        return np.concatenate([pairs.sum(axis=1) - pairs.sum(axis=0), self.columns @ u])

    def by_pair(self, values: npt.ArrayLike) -> FloatArray:
        """Σ of `values` (n,) over the votes of each ordered pair (m, m): A down, B across."""
        return sum_by(self.pair, values, self.models**2).reshape(self.models, self.models)

    def sums(self, codes: IntArray, size: int, u: FloatArray) -> FloatArray:
        """Σ of u_i z_i over the votes of each of `size` codes (size, m + k)."""
        m = self.models
        found, room = np.empty((size, self.size)), np.empty_like(u)
        place = codes * m
        place += self.a
        found[:, :m] = sum_by(place, u, size * m).reshape(size, m)
        place += self.b
        place -= self.a
        found[:, :m] -= sum_by(place, u, size * m).reshape(size, m)
        for k, column in enumerate(self.columns):
            found[:, m + k] = sum_by(codes, np.multiply(u, column, out=room), size)
        return found

    def spread(self, h: FloatArray) -> FloatArray:
        """Σ_i h_i z_i z_iᵀ (m + k, m + k), the models' part from sums over pairs."""
        m, k = self.models, len(self.columns)
        met, inner = np.zeros((k, m * m)), np.zeros((k, k))
        room = np.empty((k, min(BLOCK, len(self))))
        for rows in blocks(len(self)):
            here, pair = self.columns[:, rows], self.pair[rows]
            weighed = np.multiply(here, h[rows], out=room[:, : len(pair)])
            inner += weighed @ here.T
            for total, column in zip(met, weighed, strict=True):
                total += sum_by(pair, column, m * m)
        pairs = met.reshape(k, m, m)
        out = np.empty((self.size, self.size))
        out[:m, :m] = laplacian(self.by_pair(h))
        out[m:, :m] = pairs.sum(axis=2) - pairs.sum(axis=1)
        out[:m, m:] = out[m:, :m].T
        out[m:, m:] = inner
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
        x = np.empty((len(self.columns), len(chosen)))
        for kept, column in zip(x, self.columns, strict=True):
            np.take(column, chosen, out=kept)
        return replace(
            self,
            a=self.a[chosen],
            b=self.b[chosen],
            level=self.level[chosen],
            rater=self.rater[chosen],
            weight=self.weight[chosen],
            x=x.T,
        )

    def thinned(self) -> "Votes | None":
        """Every 16th of many votes: enough to find where to start. None where there are not many."""
        return self.take(np.arange(0, len(self), THIN)) if len(self) >= MANY else None

    def without(self, names: frozenset[str]) -> "Votes":
        """Drop covariates by name."""
        kept = [k for k, name in enumerate(self.covariates) if name not in names]
        if len(kept) == len(self.covariates):
            return self
        return replace(self, x=self.columns[kept].T, covariates=tuple(self.covariates[k] for k in kept))


def laplacian(pairs: FloatArray) -> FloatArray:
    """Σ h (e_a − e_b)(e_a − e_b)ᵀ (m, m), from the sums of h over ordered pairs (m, m)."""
    both = pairs + pairs.T
    found: FloatArray = np.diag(both.sum(axis=1)) - both
    return found

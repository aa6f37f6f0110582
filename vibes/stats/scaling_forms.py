"""The two forms in which a gold reward rises and turns as a proxy is climbed (Gao, Schulman and Hilton 2022, arXiv:2210.10760).

With d = √KL from the starting policy: best of n R(d) = d(α − βd), reinforcement learning R(d) = d(α − β ln d). Both are
linear in (α, β), so that least squares on every draw is one product. They turn at d* = α/(2β) and exp(α/β − 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.results import Effect, Form, State

FormName = Literal["best_of_n", "rl"]

FEWEST_POINTS = 3
"""Distances above 0 that a form with two parameters needs to be more than a line through its points."""

_LARGEST_LOG = 50.0


class Interval(Protocol):
    """How draws (B,) become an Effect; with `state`, how an estimate that has no interval does."""

    def __call__(
        self, estimate: float | None, drawn: FloatArray, *, unit: str, note: str = "", state: State = "ok"
    ) -> Effect: ...


@dataclass(frozen=True)
class _Shape:
    """`bend(d)`: what β takes off at distance d > 0. `peak(α, β)`: where the form turns, for β > 0."""

    bend: Callable[[FloatArray], FloatArray]
    peak: Callable[[FloatArray, FloatArray], FloatArray]


def _ratio_peak(alpha: FloatArray, beta: FloatArray) -> FloatArray:
    peak: FloatArray = alpha / (2.0 * beta)
    return peak


def _log_peak(alpha: FloatArray, beta: FloatArray) -> FloatArray:
    peak: FloatArray = np.exp(np.clip(alpha / beta - 1.0, -_LARGEST_LOG, _LARGEST_LOG))
    return peak


SHAPES: dict[FormName, _Shape] = {
    "best_of_n": _Shape(lambda d: d**2, _ratio_peak),
    "rl": _Shape(lambda d: d * np.log(d), _log_peak),
}


def gain(form: FormName, distance: FloatArray, alpha: float, beta: float) -> FloatArray:
    """R(d) at distances (J,) ≥ 0, in the unit of gold; 0 at d = 0."""
    at = distance > 0.0
    found = np.zeros(len(distance))
    found[at] = alpha * distance[at] - beta * SHAPES[form].bend(distance[at])
    return found


def fit_form(
    form: FormName, distance: FloatArray, gold: FloatArray, drawn: FloatArray, interval: Interval, unit: str
) -> Form | None:
    """Least squares of gold gains (J,) on distances (J,), with `drawn` gains (B, J) for the intervals.

    α, β and the turn each get one; the turn has state not_identified where none is seen. None where fewer than three
    distances lie above 0. Gains are over the starting policy: 0 at d = 0, which adds nothing to the fit.
    """
    at = distance > 0.0
    d = distance[at]
    if len(np.unique(d)) < FEWEST_POINTS:
        return None
    solve = np.linalg.pinv(np.column_stack([d, -SHAPES[form].bend(d)])).T
    alpha, beta = (float(value) for value in gold[at] @ solve)
    drawn_alpha, drawn_beta = (drawn[:, at] @ solve).T
    bent = interval(beta, drawn_beta, unit=_per(form, unit))
    return Form(
        form=form,
        alpha=interval(alpha, drawn_alpha, unit=f"{unit} per unit of d"),
        beta=bent,
        turn=_turn(form, (alpha, drawn_alpha), (beta, drawn_beta), bent, float(d.max()), interval),
        r2=_r2(gold[at], gain(form, d, alpha, beta)),
    )


def _per(form: FormName, unit: str) -> str:
    return f"{unit} per unit of d²" if form == "best_of_n" else f"{unit} per unit of d ln d"


def _r2(gold: FloatArray, fitted: FloatArray) -> float:
    """1 − residual over total sum of squares about the mean; 1 for a flat curve that is met, else 0."""
    total, left = float(((gold - gold.mean()) ** 2).sum()), float(((gold - fitted) ** 2).sum())
    return 1.0 - left / total if total > 0.0 else float(left == 0.0)


def _turn(
    form: FormName,
    alpha: tuple[float, FloatArray],
    beta: tuple[float, FloatArray],
    bent: Effect,
    farthest: float,
    interval: Interval,
) -> Effect:
    why = _unseen(form, alpha[0], beta[0], bent, farthest)
    if why is not None:
        state: State = bent["state"] if bent["state"] != "ok" else "not_identified"
        return interval(None, alpha[1][:0], unit="d", note=why, state=state)
    bends = beta[1] > 0.0
    drawn = np.full(len(bends), np.inf)
    drawn[bends] = np.maximum(SHAPES[form].peak(alpha[1][bends], beta[1][bends]), 0.0)
    found = interval(_peak(form, alpha[0], beta[0]), drawn, unit="d")
    if found["high"] is not None and found["high"] > farthest:
        found["note"] = f"the upper limit lies beyond the data, which end at d = {farthest:.2f}"
    return found


def _peak(form: FormName, alpha: float, beta: float) -> float:
    return float(SHAPES[form].peak(np.array(alpha), np.array(beta)))


def _unseen(form: FormName, alpha: float, beta: float, bent: Effect, farthest: float) -> str | None:
    """Why no turn is seen, or None."""
    if bent["low"] is None or bent["high"] is None:
        return bent.get("note", "β has no interval")
    if bent["high"] < 0.0:
        return "no turn seen: β is negative, gold rises faster and faster"
    if bent["low"] <= 0.0:
        return "no turn seen: the interval of β holds 0"
    peak = _peak(form, alpha, beta)
    if peak > farthest:
        return f"no turn seen: it would lie beyond the data, which end at d = {farthest:.2f}"
    return "no rise seen: gold falls from the first step" if peak <= 0.0 else None

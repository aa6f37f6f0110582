"""Over-optimisation along training: gold is the human strength of each checkpoint, against its KL from the start.

R_RL(d) = d(α − β ln d), d = √KL (Gao, Schulman and Hilton 2022). KL and the proxy reward are given for each endpoint.
Intervals by drawing the strengths anew from their own intervals, each independently, so that they are wide rather than short.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from vibes.stats.arrays import FloatArray
from vibes.stats.boards import ELO, ORIGIN
from vibes.stats.intervals import LEVEL
from vibes.stats.overoptimisation import finding
from vibes.stats.prompt_bootstrap import DRAWS, drawn_effect, without_prompts
from vibes.stats.results import BoardRow, Effect, OverOptimisation, Ratio, State
from vibes.stats.scaling_forms import FormName, fit_form

LOG_ODDS = "log-odds"
FORMS: tuple[FormName, ...] = ("rl", "best_of_n")


@dataclass(frozen=True)
class Checkpoint:
    """One endpoint of a training run: KL from the start in nats, mean proxy reward over its samples."""

    model: str
    kl: float
    proxy: float
    samples: int = 1


def checkpoint_series(
    name: str,
    checkpoints: Sequence[Checkpoint],
    board: Sequence[BoardRow],
    generator: np.random.Generator,
    *,
    prompts: int = 0,
) -> OverOptimisation | None:
    """Fit the forms to strengths (log-odds) over that of the start, the checkpoint with KL 0.

    Checkpoints without a strength on `board` are left out. None where the start has no strength or nothing is left
    beside it. `prompts`: how many the proxy was measured on. Each point of the curve is one sample an answer (n = 1).
    """
    rows = {row["model"]: row for row in board if row["strength"] is not None and row["low"] is not None}
    told = sorted((c for c in checkpoints if c.model in rows), key=lambda c: (c.kl, c.model))
    if len(told) < 2 or told[0].kl != 0.0:
        return None
    strength, error = _strengths([rows[c.model] for c in told])
    drawn = strength + error * generator.normal(size=(DRAWS, len(told)))
    votes = sum(rows[c.model]["n"] for c in told)
    found = _series(name, told, strength - strength[0], drawn - drawn[:, :1], votes)
    found["prompts"] = prompts
    return found


def _strengths(rows: Sequence[BoardRow]) -> tuple[FloatArray, FloatArray]:
    """Strengths and standard errors (K,) in log-odds, from the scale about 1000."""
    normal = float(ndtri((1.0 + LEVEL) / 2.0))
    strength = np.array([((row["strength"] or ORIGIN) - ORIGIN) / ELO for row in rows])
    width = np.array([(row["high"] or 0.0) - (row["low"] or 0.0) for row in rows]) / ELO
    return strength, width / (2.0 * normal)


def _series(
    name: str, told: Sequence[Checkpoint], gained: FloatArray, moved: FloatArray, votes: int
) -> OverOptimisation:
    def interval(
        estimate: float | None, drawn: FloatArray, *, unit: str, note: str = "", state: State = "ok"
    ) -> Effect:
        if estimate is None or state != "ok":
            return without_prompts(state, note, n=votes, unit=unit, kind="observational", estimate=estimate)
        cut = (1.0 - LEVEL) / 2.0
        return drawn_effect(estimate, drawn, cut, n=votes, unit=unit, kind="observational", note=note)

    distance = np.sqrt([c.kl for c in told])
    fits = [fit_form(form, distance, gained, moved, interval, LOG_ODDS) for form in FORMS]
    forms = [form for form in fits if form is not None]
    curve = [
        Ratio(
            n=1,
            distance=float(distance[k]),
            score=c.proxy - told[0].proxy,
            gold=interval(float(gained[k]), moved[:, k], unit=LOG_ODDS),
            others={},
        )
        for k, c in enumerate(told)
    ]
    said = (
        finding(forms[:1])
        if forms
        else "Not enough yet: a series needs the start and three checkpoints beyond it."
    )
    samples = sum(c.samples for c in told)
    return OverOptimisation(model=name, prompts=0, samples=samples, curve=curve, forms=forms, finding=said)

"""Goldilocks: evals, vibes and price of each model beside one another, and who is on the Pareto front.

A model is off the front where another is at least as good in all three and better in one. What is not known counts as
the worst there can be: a model on the front for what is known of it stays there whatever the rest turns out to be, and an
unknown value never puts another model off it.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from vibes.stats.arrays import BoolArray, FloatArray
from vibes.stats.results import BoardRow, Boards, Effect, GoldilocksRow

ELO_UNIT = "Elo"
FULLEST = ("both", "sycophancy", "style", "plain")


def goldilocks(
    evals: Mapping[str, float | None], vibes: Mapping[str, Effect], prices: Mapping[str, float | None]
) -> list[GoldilocksRow]:
    """One row for each model that any of the three names, by name.

    `evals`: more is better. `vibes`: strengths with their intervals, more is better; a strength that is not ok counts
    as unknown. `prices`: less is better.
    """
    models = sorted({*evals, *vibes, *prices})
    rows = [
        GoldilocksRow(
            model=model, evals=evals.get(model), vibes=vibes.get(model), price=prices.get(model), front=False
        )
        for model in models
    ]
    for row, on_front in zip(rows, pareto_front(np.array([_worth(row) for row in rows])), strict=True):
        row["front"] = bool(on_front)
    return rows


def _worth(row: GoldilocksRow) -> tuple[float, float, float]:
    vibes = row["vibes"]
    known = vibes["estimate"] if vibes is not None and vibes["state"] == "ok" else None
    price = None if row["price"] is None else -row["price"]
    worth = [
        -math.inf if value is None or math.isnan(value) else value for value in (row["evals"], known, price)
    ]
    return worth[0], worth[1], worth[2]


def pareto_front(worth: FloatArray) -> BoolArray:
    """Mark the rows (m,) of `worth` (m, k; more is better, −∞ unknown) that no other dominates; a row of −∞ is off it."""
    if not len(worth):
        return np.zeros(0, dtype=bool)
    as_good = np.all(worth[:, None, :] >= worth[None, :, :], axis=2)
    better = np.any(worth[:, None, :] > worth[None, :, :], axis=2)
    dominated: BoolArray = np.any(as_good & better, axis=0)
    known: BoolArray = np.any(worth > -math.inf, axis=1)
    return known & ~dominated


def controlled_strengths(boards: Boards) -> dict[str, Effect]:
    """Each model's strength on the board that holds most constant, in Elo-like points about 1000."""
    rows: Sequence[BoardRow] = next((boards[name] for name in FULLEST if name in boards), [])  # type: ignore[literal-required]
    return {row["model"]: _strength(row) for row in rows}


def _strength(row: BoardRow) -> Effect:
    found = Effect(
        estimate=row["strength"],
        low=row["low"],
        high=row["high"],
        se=None,
        n=row["n"],
        effective_raters=None,
        unit=ELO_UNIT,
        kind="observational",
        state=row["state"],
    )
    note = row.get("note")
    return found | {"note": note} if note else found

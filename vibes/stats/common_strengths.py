"""Strengths of two runs on the models that both rate.

A board's strengths are a contrast: they sum to 0 over the models that it rates. With another set of models the same model has
another strength without having changed. So both are read about the mean of the k models in common:

    s_m − mean_common(s) = s_m + (1/k) Σ_{rated here alone} s_j        (Σ over all rated = 0)

A report holds the interval of each s, not their covariances. By Cauchy and Schwarz a sum has a standard error of at most the
sum of its parts' errors, whatever the covariances are; of the two ways to write the contrast the narrower bound is taken. Where
both runs rate the same models it is the interval of the board itself.
"""

import math
from collections.abc import Mapping, Sequence

from vibes.stats.boards import ORIGIN
from vibes.stats.intervals import known, unknown
from vibes.stats.results import BoardRow, Effect

UNIT = "Elo points"
TOO_FEW = "the two runs rate {} in common; a strength is relative to another model's"
NO_BOUND = "models that only this run rates have no interval, so that the contrast with the models in common has none"
Rows = Mapping[str, BoardRow]


def in_common(first: Sequence[BoardRow], second: Sequence[BoardRow]) -> list[str]:
    """The models that both boards rate, by name."""
    return sorted(rated(first).keys() & rated(second).keys())


def rated(rows: Sequence[BoardRow]) -> Rows:
    return {row["model"]: row for row in rows if row["strength"] is not None}


def about_common(rows: Sequence[BoardRow], common: Sequence[str]) -> dict[str, Effect]:
    """Each model of a board about the mean of the `common` ones, 1000 + Elo points; those without a number say why."""
    found = rated(rows)
    return {row["model"]: _contrast(row, found, common) for row in rows}


def _contrast(row: BoardRow, found: Rows, common: Sequence[str]) -> Effect:
    if row["model"] not in found:
        return _nothing(row, row.get("note", ""))
    if row["model"] not in common:
        return _nothing(row, "only this run rates it")
    if len(common) < 2:
        return _nothing(row, TOO_FEW.format("one model" if common else "no model"))
    if row["state"] != "ok":
        return _nothing(row, row.get("note", ""))
    reach = _reach(row, found, common)
    if math.isinf(reach):
        return _nothing(row, NO_BOUND)
    mean = sum(found[name]["strength"] or 0.0 for name in common) / len(common)
    estimate = ORIGIN + (row["strength"] or 0.0) - mean
    return known(
        estimate,
        estimate - reach,
        estimate + reach,
        None,
        n=row["n"],
        effective_raters=None,
        unit=UNIT,
        kind="observational",
    )


def _reach(row: BoardRow, found: Rows, common: Sequence[str]) -> float:
    """Half the width of the contrast's interval, the narrower of its two bounds; infinite where neither is known."""
    own, k = _half(row), len(common)
    apart = own + sum(_half(one) for name, one in found.items() if name not in common) / k
    others = [_half(found[name]) for name in common if name != row["model"]]
    return min(apart, (1.0 - 1.0 / k) * own + sum(others) / k)


def _half(row: BoardRow) -> float:
    if row["strength"] is None or row["high"] is None:
        return math.inf
    return row["high"] - row["strength"]


def _nothing(row: BoardRow, why: str) -> Effect:
    state = "not_rated" if row["state"] == "ok" else row["state"]
    return unknown(state, why, n=row["n"], effective_raters=None, unit=UNIT, kind="observational")

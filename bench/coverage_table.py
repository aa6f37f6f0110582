"""From figures of many studies to a table: coverage, bias, false finds, power, and whether each is as promised."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.coverage_studies import Row
from vibes.stats.arrays import FloatArray

COVERS, MEAN_COVERS, HEAVY_COVERS = (0.925, 0.975), (0.94, 0.965), (0.92, 0.98)
FALSE_FIND, FALSE_TIEBREAK_NOISY = 0.064, 0.097
BIAS = 3.0
Figures = dict[str, Row]


@dataclass(frozen=True)
class Truth:
    """A large-sample value, as certain as the mean of `worth` studies is."""

    value: float
    worth: float


@dataclass(frozen=True)
class Summary:
    """One estimand in one world over the studies. `bias`: in standard errors of the mean, those of the truth included."""

    estimand: str
    truth: Truth
    mean: float
    bias: float
    sd: float
    se: float
    printed: int
    coverage: float
    called: float


def summarise(estimand: str, rows: Sequence[Row], truth: Truth) -> Summary:
    """Summarise one estimand. Coverage and calls are over printed intervals."""
    found = np.array(rows)
    estimate = found[np.isfinite(found[:, 0]), 0]
    sd = float(estimate.std(ddof=1)) if len(estimate) > 1 else float("nan")
    error = sd * np.sqrt(1.0 / max(len(estimate), 1) + 1.0 / truth.worth)
    shown = found[np.isfinite(found[:, 1])]
    low, high = shown[:, 1], shown[:, 2]
    return Summary(
        estimand=estimand,
        truth=truth,
        mean=float(estimate.mean()) if len(estimate) else float("nan"),
        bias=float((estimate.mean() - truth.value) / error) if len(estimate) > 1 else 0.0,
        sd=sd,
        se=_mean(shown[:, 3]),
        printed=len(shown),
        coverage=_mean((low <= truth.value) & (truth.value <= high)),
        called=_mean((low > 0.0) | (high < 0.0)),
    )


def _mean(values: FloatArray | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def world(studies: Sequence[Figures], truths: Mapping[str, Truth]) -> list[Summary]:
    """Every estimand of one world, the strengths θ1, θ2, … as one row of their means."""
    found = [summarise(name, [study[name] for study in studies], truth) for name, truth in truths.items()]
    strengths = [one for one in found if one.estimand.startswith("θ")]
    rest = [one for one in found if one not in strengths]
    return rest + ([_together(strengths)] if strengths else [])


def _together(found: list[Summary]) -> Summary:
    """The strengths in one row: the mean coverage, and the largest bias."""
    worst = max(found, key=lambda one: abs(one.bias))
    return Summary(
        estimand=f"θ ({len(found)})",
        truth=worst.truth,
        mean=worst.mean,
        bias=worst.bias,
        sd=worst.sd,
        se=worst.se,
        printed=sum(one.printed for one in found),
        coverage=float(np.mean([one.coverage for one in found])),
        called=float(np.mean([one.called for one in found])),
    )


@dataclass(frozen=True)
class Check:
    """One promise of the measurement document: what was measured, the bounds, and whether it holds."""

    what: str
    measured: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.measured <= self.high)

    def line(self) -> str:
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        return f"{self.what}: {self.measured:.4g}, promised {self.low:.4g} to {self.high:.4g}: {verdict}"


def checks(tables: Mapping[str, list[Summary]], findings: Mapping[str, Counter[str]]) -> list[Check]:
    """The promises that these worlds can be held to."""
    found: list[Check] = []
    for name in ("independent", "rater taste", "heavy raters"):
        heavy = name == "heavy raters"
        shown = [one for one in tables.get(name, []) if one.estimand != "β_far" and one.printed]
        each, mean = (HEAVY_COVERS, HEAVY_COVERS) if heavy else (COVERS, MEAN_COVERS)
        found += [Check(f"{name}, coverage of {one.estimand}", one.coverage, *each) for one in shown]
        if shown:
            found.append(
                Check(f"{name}, mean coverage", float(np.mean([one.coverage for one in shown])), *mean)
            )
    for one in tables.get("no effect", []):
        if one.estimand in ("C", "T1", "T2", "T1a*", "T0"):
            found.append(Check(f"no effect, {one.estimand} called", one.called, 0.0, FALSE_FIND))
    for name, counted in findings.items():
        noisy = "clicks" in name or "noise" in name
        if name.startswith(("additive", "no effect")) and counted:
            share = counted["tiebreak"] / counted.total()
            bound = FALSE_TIEBREAK_NOISY if noisy else FALSE_FIND
            found.append(Check(f"{name}, called a tiebreak", share, 0.0, bound))
    for name in ("halo", "quality against tone"):
        found += [
            Check(f"{name}, bias of C in standard errors", one.bias, -BIAS, BIAS)
            for one in tables.get(name, [])
            if one.estimand == "C"
        ]
    return found


def coverage_lines(tables: Mapping[str, list[Summary]]) -> list[str]:
    """The table of coverage and bias, aligned."""
    head = ["world", "estimand", "true", "mean", "bias/se", "SD", "mean SE", "covers", "called", "printed"]
    rows = [
        [
            name,
            one.estimand,
            f"{one.truth.value:+.4f}",
            f"{one.mean:+.4f}",
            f"{one.bias:+.1f}",
            f"{one.sd:.4f}",
            f"{one.se:.4f}",
            f"{one.coverage:.3f}" if one.printed else "",
            f"{one.called:.3f}" if one.printed else "",
            str(one.printed),
        ]
        for name, table in tables.items()
        for one in table
    ]
    return aligned([head, *rows])


def finding_lines(findings: Mapping[str, Counter[str]]) -> list[str]:
    """Shares of findings in each world, aligned."""
    kinds = ["tiebreak", "additive", "taste; tiebreak not decided", "none found", "not enough yet"]
    rows = [
        [name, *(f"{counted[kind] / counted.total():.3f}" for kind in kinds)]
        for name, counted in findings.items()
    ]
    return aligned([["world", *kinds], *rows])


def power_lines(power: Mapping[tuple[str, int], Mapping[str, float]]) -> list[str]:
    """How often each figure excludes 0, and each finding is reached, aligned."""
    kinds = list(next(iter(power.values()), {}))
    rows = [
        [name, str(matchups), *(f"{shares[kind]:.2f}" for kind in kinds)]
        for (name, matchups), shares in power.items()
    ]
    return aligned([["world", "matchups", *kinds], *rows])


def aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if k < 1 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]

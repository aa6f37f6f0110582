"""Larger and stranger parts of a report for the tests of raters, agreement, climbs, effort and fronts. Every number is invented."""

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from sample_effects import HOSTILE, LOG_ODDS, effect, not_enough
from sample_parts import CHINESE, LONG, RIGHT_TO_LEFT

ODD = (HOSTILE, LONG, RIGHT_TO_LEFT, CHINESE, "a\u202eb")
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


def distance(n: int) -> float:
    return math.sqrt(max(0.0, math.log(n) - (n - 1) / n))


def names(count: int) -> list[str]:
    return [f"model-{place:02d}" for place in range(count)]


def raters(count: int, kind: str = "randomised", known: bool = True) -> list[dict[str, Any]]:
    """Slopes about 0.3 with an SD of 0.3, half-widths from 0.15 to 0.6."""
    draws = random.Random(7)
    return [
        {
            "rater": f"w{place:04d}",
            "kind": "person",
            "n": 20 + place % 90,
            "tie_rate": 0.3,
            "susceptibility": slope(draws, 20 + place % 90, kind, known),
            "flags": ["too fast", "position-bound"] if place % 50 == 3 else [],
        }
        for place in range(count)
    ]


def slope(draws: random.Random, n: int, kind: str, known: bool) -> dict[str, Any]:
    size, half = draws.gauss(0.3, 0.3), draws.uniform(0.15, 0.6)
    made = effect(size, half, unit=LOG_ODDS, kind=kind, n=n)
    return made if known else made | not_enough(unit=LOG_ODDS, kind=kind) | {"estimate": size}  # type: ignore[return-value]


def tone(known: bool = True) -> dict[str, Any]:
    mean = effect(0.3, 0.08, unit=LOG_ODDS) if known else not_enough(unit=LOG_ODDS)
    return {"of": "tone", "mean": mean, "spread": 0.3, "kind": "observational"}


def climb(model: str, bend: float = 0.36, *, known: bool = True, series: bool = False) -> dict[str, Any]:
    """Gold of d(0.9 - bend d); it turns where that lies within the data."""
    distances = [distance(n) for n in COUNTS]
    at = 0.9 / (2 * bend) if bend > 0 else math.inf
    seen = known and at < distances[-1]
    finding = f"Gold turns at d = {at:.2f} [{at - 0.2:.2f}, {at + 0.2:.2f}]: beyond it a higher score means a worse answer."
    return {
        "model": model,
        "prompts": 40 if known else 6,
        "samples": 2560,
        "curve": [
            {
                "n": 1 if series else n,
                "distance": d,
                "score": 2.4 * d,
                "gold": gold(d, bend, known),
                "others": {}
                if series
                else {"visible_tokens": 180.0 * d * d, "sycophancy": 0.4 * d, "cost": -0.01 * d},
            }
            for n, d in zip(COUNTS, distances, strict=True)
        ],
        "forms": forms(bend, at if seen else None, known, series),
        "finding": finding if seen else "No turn seen: the interval of β holds 0.",
    }


def gold(d: float, bend: float, known: bool) -> dict[str, Any]:
    thin = "there are 6 prompts; an interval needs 10"
    made = effect(
        d * (0.9 - bend * d),
        0.04 + 0.05 * d if d else 0.0,
        unit="gold",
        kind="independent",
        effective_raters=None,
    )
    if known:
        return made  # type: ignore[return-value]
    return made | {"low": None, "high": None, "se": None, "state": "not_enough", "note": thin}  # type: ignore[return-value]


def forms(bend: float, at: float | None, known: bool, series: bool) -> list[dict[str, Any]]:
    order = ("rl", "best_of_n") if series else ("best_of_n", "rl")
    return [form(name, bend, at, known) for name in order]


def form(name: str, bend: float, at: float | None, known: bool) -> dict[str, Any]:
    def found(value: float, half: float) -> dict[str, Any]:
        made = effect(value, half, unit="gold per unit of d", kind="independent", effective_raters=None)
        return (
            made
            if known
            else made
            | {
                "low": None,
                "high": None,
                "state": "not_enough",
                "note": "there are 6 prompts; an interval needs 10",
            }
        )  # type: ignore[return-value]

    unseen = {
        "state": "not_identified" if known else "not_enough",
        "unit": "d",
        "kind": "independent",
        "effective_raters": None,
    }
    why = "no turn seen: the interval of β holds 0" if known else "there are 6 prompts; an interval needs 10"
    turn = effect(None, **unseen, note=why) if at is None else effect(at, 0.2, unit="d", kind="independent")
    alpha, beta = (0.9, bend) if name == "best_of_n" else fitted(bend)
    return {"form": name, "alpha": found(alpha, 0.1), "beta": found(beta, 0.08), "turn": turn, "r2": 0.94}


def fitted(bend: float) -> tuple[float, float]:
    """The d(α - β ln d) that lies nearest to d(0.9 - bend d)."""
    d = np.array([distance(n) for n in COUNTS[1:]])
    alpha, beta = np.linalg.lstsq(np.column_stack([d, -d * np.log(d)]), d * (0.9 - bend * d), rcond=None)[0]
    return float(alpha), float(beta)


def climbs(models: Sequence[str]) -> list[dict[str, Any]]:
    """Turns here and there, some models without one, the last with too few prompts."""
    return [
        climb(model, (0.36, 0.12, 0.5, 0.0)[place % 4], known=len(models) < 3 or place + 1 < len(models))
        for place, model in enumerate(models)
    ]


def efforts(models: Sequence[str], prompts: int = 60) -> list[dict[str, Any]]:
    return [effort(model, place, prompts) for place, model in enumerate(models)]


def effort(model: str, place: int, prompts: int) -> dict[str, Any]:
    """Every fifth reports no reasoning, every seventh overthinks."""
    draws = random.Random(place)
    silent, over = place % 5 == 1, place % 7 == 3
    points = [effort_point(draws, step, prompts, silent, over) for step in range(prompts)]
    size = 3.0 if over else 1.0
    rule = "overthinks: on prompts that every model gets right, the lower limit of its tokens over the median of the other models' lies above 2"
    return {
        "model": model,
        "prompts": prompts,
        "reasoning_tokens": None if silent else 900.0 * size,
        "visible_tokens": 420.0,
        "slope": effect(
            2400.0 - 300 * (place % 9), 600.0, unit="tokens from no sample wrong to all wrong", n=prompts * 8
        ),
        "easy_share": effect(0.18 + 0.011 * (place % 40), 0.05, unit="share of tokens", n=prompts * 8),
        "overthinks": over,
        "note": f"{rule}; here 3.1 times [2.4, 3.9] on 19 prompts"
        if over
        else f"{rule}; here 1.0 times [0.9, 1.1] on 19 prompts",
        "points": points,
    }


def effort_point(draws: random.Random, step: int, prompts: int, silent: bool, over: bool) -> dict[str, Any]:
    difficulty = max(0.0, round((step / prompts * 1.4 - 0.4) * 8) / 8)
    reasoning = draws.lognormvariate(5.8 + 1.9 * difficulty + (1.1 if over else 0.0), 0.5)
    return {
        "prompt_id": f"p-{step:03d}",
        "difficulty": difficulty,
        "reasoning_tokens": None if silent else reasoning,
        "visible_tokens": draws.lognormvariate(5.6 + 0.6 * difficulty, 0.35),
    }


def fronts(models: Sequence[str]) -> list[dict[str, Any]]:
    """Some models lack one value, one has a price alone."""
    draws = random.Random(3)
    return [front(model, place, draws) for place, model in enumerate(models)]


def front(model: str, place: int, draws: random.Random) -> dict[str, Any]:
    skill = draws.gauss(0, 1)
    vibes = effect(
        1000 + 90 * skill + draws.gauss(0, 50), draws.uniform(14, 40), unit="Elo", effective_raters=None
    )
    return {
        "model": model,
        "evals": None if place % 11 in (4, 9) else 0.62 + 0.1 * skill + draws.gauss(0, 0.04),
        "vibes": None if place % 13 == 6 else not_enough(unit="Elo") if place % 11 == 9 else vibes,
        "price": None if place % 10 == 5 else 0.0004 * math.exp(draws.gauss(1.2, 1.0) + 0.5 * skill),
        "front": place % 6 == 0,
    }

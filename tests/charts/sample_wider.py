"""What a report says beside the votes: over-optimisation, effort, evals beside vibes and price. Every number is invented."""

import math
from collections.abc import Sequence
from typing import Any

from sample_effects import MODELS, effect


def overoptimisation() -> list[dict[str, Any]]:
    counts = (1, 2, 4, 8, 16, 32)
    distances = [math.sqrt(math.log(n) - (n - 1) / n) for n in counts]
    return [
        {
            "model": "model-00",
            "prompts": 40,
            "samples": 32,
            "curve": [
                {
                    "n": n,
                    "distance": d,
                    "score": 1.1 * d,
                    "gold": effect(d * (0.9 - 0.36 * d), 0.06, unit="log-odds", kind="independent"),
                    "others": {"sycophancy": 0.4 * d, "length": 0.2 * d},
                }
                for n, d in zip(counts, distances, strict=True)
            ],
            "forms": [form("best_of_n", 0.9, 0.36, 1.25), form("rl", 0.8, 0.4, None)],
            "finding": "quality turns at d = 1.25 while the fitted score still rises",
        }
    ]


def form(name: str, alpha: float, beta: float, turn: float | None) -> dict[str, Any]:
    unit = "log-odds"
    ends = {"state": "not_identified", "note": "no turn seen"} if turn is None else {}
    return {
        "form": name,
        "alpha": effect(alpha, 0.1, unit=unit, kind="independent"),
        "beta": effect(beta, 0.08, unit=unit, kind="independent"),
        "turn": effect(turn, 0.2, unit="√KL", kind="independent", **ends),
        "r2": 0.94,
    }


def effort(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    return [
        {
            "model": model,
            "prompts": 30,
            "reasoning_tokens": None if place == 1 else 900.0 + 400 * place,
            "visible_tokens": 420.0 + 30 * place,
            "slope": effect(0.8 - 0.2 * place, 0.3, unit="log tokens per unit of difficulty", n=30),
            "easy_share": effect(0.2 + 0.1 * place, 0.06, unit="share", n=30),
            "overthinks": place == 4,
            "note": "",
            "points": [
                {
                    "prompt_id": f"p-{step}",
                    "difficulty": step / 10,
                    "reasoning_tokens": None if place == 1 else 600.0 + 90 * step * (4 - place),
                    "visible_tokens": 400.0 + 10 * step,
                }
                for step in range(11)
            ],
        }
        for place, model in enumerate(models)
    ]


def goldilocks(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    return [
        {
            "model": model,
            "evals": None if place == 2 else 71.0 - 4 * place,
            "vibes": None if place == 3 else effect(1120.0 - 60 * place, 24, unit="Elo"),
            "price": None if place == 1 else 0.8 + 0.4 * (4 - place),
            "front": place in (0, 4),
            **({} if place == 2 else {"released": f"2026-{9 - place:02d}-15"}),
        }
        for place, model in enumerate(models)
    ]


def gate() -> dict[str, Any]:
    """A win that is flattery, flags that are no worse, no probes."""
    share, more = "probability", "probability, candidate − baseline"
    note = "held constant by covariates, which is observational: length, praise"
    return {
        "candidate": "model-00",
        "baseline": "model-01",
        "outcome": "fail",
        "conditions": [
            condition("win rate", "pass", 0.5, {"win rate": effect(0.61, 0.04, unit=share)}),
            condition(
                "controlled win rate",
                "fail",
                0.5,
                {"controlled win rate": effect(0.43, 0.05, unit=share, note=note)},
            ),
            condition("flags not worse", "pass", 0.02, {"cheats": effect(-0.012, 0.02, unit=more)}),
            condition("probes not worse", "not enough yet", 0.05, {}),
        ],
        "vetoes": [],
        "win_vanishes": True,
        "reasons": ["The win vanishes", "controlled win rate: fail, [0.380, 0.480] against 0.500"],
    }


def condition(name: str, outcome: str, bound: float, effects: dict[str, Any]) -> dict[str, Any]:
    reasons = [f"{part}: {outcome}" for part in effects] or [f"{name}: nothing was measured"]
    return {"name": name, "outcome": outcome, "bound": bound, "effects": effects, "reasons": reasons}


def board_panels(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    """Two classes, of which the second turns the order round, a thin part, two weeks that turn it round as well, and a column
    of a file."""

    def row(model: str, place: int, known: bool = True) -> dict[str, Any]:
        strength = 1060.0 - 30 * place
        ends = (strength - 20, strength + 20) if known else (None, None)
        return {
            "model": model,
            "strength": strength,
            "low": ends[0],
            "high": ends[1],
            "simultaneous_low": ends[0],
            "simultaneous_high": ends[1],
            "n": 400 - place,
            "rank_low": place + 1 if known else None,
            "rank_high": place + 1 if known else None,
            "both_bad_rate": 0.02,
            "state": "ok" if known else "not_enough",
        }

    def part(where: str, names: Sequence[str], known: bool = True) -> dict[str, Any]:
        rows = [row(name, place, known) for place, name in enumerate(names)]
        return {"by": where.split("=")[0].rstrip("<>"), "where": where, "n": 900, "rows": rows}

    turned = [*models][::-1]
    return [
        part("prompt_class=advice", models),
        part("prompt_class=factual", turned),
        part("authored=true", models, False),
        part("created_at>=2026-02-26T00:00:00Z\ncreated_at<=2026-03-04T23:59:59.999999Z", models),
        part("created_at>=2026-03-05T00:00:00Z\ncreated_at<=2026-03-11T23:59:59.999999Z", turned),
        part("language=en", models),
        part("hour<=11", turned),
    ]

"""What a report says of its raters, of traits and of flagged answers. Every number here is invented."""

from collections.abc import Sequence
from typing import Any

from sample_effects import HOSTILE, LOG_ODDS, MODELS, effect


def raters_detail(raters: int = 12) -> list[dict[str, Any]]:
    return [rater(place, raters) for place in range(raters)]


def rater(place: int, raters: int) -> dict[str, Any]:
    flags = (["too fast"] if place == 3 else []) + (["position-bound"] if place == 5 else [])
    size = -0.2 + 0.9 * place / max(1, raters - 1)
    return {
        "rater": HOSTILE if place == 7 else f"w{place:02d}",
        "kind": "person",
        "n": 40 + 9 * place,
        "tie_rate": 0.1 + 0.03 * (place % 9),
        "left": shown(0.5 + 0.02 * (place % 5), 40),
        "gold": shown(0.9, 10) if place % 3 else shown(None, 0),
        "consistent": shown(0.8, 6) if place % 2 else shown(None, 0),
        "with_others": 0.61 if place % 4 else None,
        "seconds": 34.0 + place if place != 3 else 4.0,
        "susceptibility": None
        if place == 2
        else effect(size, 0.25, unit=LOG_ODDS, kind="randomised", n=40 + 9 * place),
        "flags": flags,
    }


def shown(rate: float | None, n: int) -> dict[str, Any]:
    known = rate is not None
    return {"rate": rate, "low": max(0.0, rate - 0.1) if known else None, "high": min(1.0, rate + 0.1) if known else None, "n": n}  # type: ignore[operator]  # fmt: skip


def susceptibility() -> dict[str, Any]:
    mean = effect(0.31, 0.12, unit=LOG_ODDS, kind="randomised")
    return {"of": "praise_opener", "mean": mean, "spread": 0.24, "kind": "randomised"}


def agreement() -> dict[str, Any]:
    return {
        "alpha_nominal": effect(0.291, 0.02, unit="alpha"),
        "alpha_ordinal": effect(0.288, 0.02, unit="alpha"),
        "kappa": effect(0.302, 0.03, unit="kappa", n=1840),
        "self_consistency": effect(0.81, 0.06, unit="share", n=160),
        "gold": effect(0.93, 0.03, unit="share", n=240),
    }


def traits() -> list[dict[str, Any]]:
    named = (
        ("length", "Length", 0.21, 0.001),
        ("bold", "Bold spans", 0.04, 0.4),
        ("praise", "Praise", 0.12, 0.02),
    )
    return [
        {
            "name": name,
            "label": label,
            "relevance": 0.62,
            "kappa": effect(kappa, 0.08, unit="kappa"),
            "strength": effect(0.62 * kappa, 0.05, unit="relevance × kappa"),
            "with_ties": effect(0.5 * kappa, 0.05, unit="relevance × kappa"),
            "p": p,
            "significant": p < 0.03,
        }
        for name, label, kappa, p in named
    ]


def flags(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    return [
        {
            "model": model,
            "flag": "claims an action it did not take",
            "rate": effect(0.02 + 0.01 * place, 0.01, unit="share", n=412),
            "flagged": 8 + 4 * place,
            "cases": ["p-17", "p-44"],
        }
        for place, model in enumerate(models)
    ]

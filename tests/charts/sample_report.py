"""Builds reports of the published shape for the tests of the charts. Every number here is invented."""

from collections.abc import Mapping, Sequence
from typing import Any

from sample_effects import HOSTILE, MODELS, effect, not_enough, randomised
from sample_parts import displacement, no_parts, parts, tiebreak_parts, wins
from sample_raters import agreement

from vibes.stats.results import BoardRow, Effect, FeatureNote, Report

__all__ = [
    "FEATURES",
    "HOSTILE",
    "describe",
    "effect",
    "effects",
    "empty",
    "full",
    "many",
    "not_enough",
    "not_rated",
    "older",
    "randomised",
    "report",
    "row",
    "tiebreak",
]

FEATURES: Mapping[str, FeatureNote] = {
    "length": {
        "version": "1",
        "reference_sd": 0.31,
        "family": "length",
        "unit": "characters",
        "label": "Length",
    },
    "headers": {
        "version": "2",
        "reference_sd": 0.62,
        "family": "formatting",
        "unit": "headers",
        "label": "Headers",
    },
    "bold": {
        "version": "2",
        "reference_sd": 0.58,
        "family": "formatting",
        "unit": "bold spans",
        "label": "Bold spans",
    },
    "lists": {
        "version": "2",
        "reference_sd": 0.6,
        "family": "formatting",
        "unit": "list items",
        "label": "List items",
    },
    "praise": {
        "version": "1",
        "reference_sd": 0.5,
        "family": "tone",
        "unit": "praise words",
        "label": "Praise",
    },
}


def row(
    model: str, strength: float, half: float = 24, ranks: tuple[int, int] = (1, 1), **changed: Any
) -> BoardRow:
    made: dict[str, Any] = {
        "model": model,
        "strength": strength,
        "low": strength - half,
        "high": strength + half,
        "simultaneous_low": strength - 1.5 * half,
        "simultaneous_high": strength + 1.5 * half,
        "n": 412,
        "rank_low": ranks[0],
        "rank_high": ranks[1],
        "both_bad_rate": 0.061,
        "state": "ok",
    }
    return made | changed  # type: ignore[return-value]


def not_rated(model: str, n: int = 12) -> BoardRow:
    empty = dict.fromkeys(
        (
            "strength",
            "low",
            "high",
            "simultaneous_low",
            "simultaneous_high",
            "rank_low",
            "rank_high",
            "both_bad_rate",
        )
    )
    return {**empty, "model": model, "n": n, "state": "not_rated", "note": f"{n} of 30 votes"}  # type: ignore[typeddict-item]


def report(plain: Sequence[BoardRow] = (), style: Sequence[BoardRow] | None = None, **changed: Any) -> Report:
    made: dict[str, Any] = {
        "schema": 1,
        "n": 6930,
        "raters": 84,
        "effective_raters": 61.3,
        "simulated": 0,
        "left_out": {"both_bad": 312},
        "verdicts": {"a": 2450, "b": 2268, "tie": 1900, "both_bad": 312},
        "boards": {"plain": list(plain)} | ({} if style is None else {"style": list(style)}),
        "effects": effects(),
        "tiebreak": tiebreak(),
        "agreement": agreement(),
        "describe": describe(),
        "fit": {
            "holdout_accuracy": 0.573,
            "holdout_log_loss": 0.981,
            "tie_rule": "ordinal, personal thresholds",
            "rows": 6618,
            "inflation": {"position": 1.4, "length": 1.7},
        },
        **no_parts(),
        "features": dict(FEATURES),
        "specification": {
            "ties": "ordinal",
            "both_bad": "out",
            "errors": "largest",
            "planned": None,
            "rater_kinds": ["person"],
            "where": [],
        },
        "warnings": [],
        "seed": 20261122,
        "code_version": "0.1.0+abc1234",
        "data_fingerprint": "sha256:5f2c9a",
    }
    return made | changed  # type: ignore[return-value]


def effects() -> dict[str, Effect]:
    return {
        "position": effect(0.09, 0.06, unit="log-odds for standing on the left"),
        "length": effect(0.21, 0.08),
        "headers": effect(-0.12, 0.07),
        "bold": effect(0.04, 0.09),
        "lists": not_enough(),
        "praise": effect(0.19, 0.17),
    }


def tiebreak() -> dict[str, Any]:
    """Votes without a planted cue."""
    return {
        **tiebreak_parts("none"),
        "T0": effect(0.19, 0.17, n=5812),
        "T1a": effect(0.071, 0.05, n=640, unit="probability above ½"),
        "finding": "not enough yet",
        "finding_note": "no cued comparisons: a finding needs planted edits",
    }


def describe() -> dict[str, Any]:
    share = "probability"
    return {
        "left_given_decisive": effect(0.533, 0.03, unit=share),
        "longer_wins": {"all": effect(0.41, 0.04, unit=share), "k8s": effect(0.66, 0.09, unit=share)},
        "tie_rate_per_rater": {"median": 0.29, "max": 0.86, "min": 0.0, "raters": 84},
    }


def many(models: int = 5, simulated: int = 0) -> Report:
    """A full report: the first two models are not told apart, the others are."""
    names = [f"model-{place:02d}" for place in range(models)]
    plain = [
        row(name, 1120 - 240 * place / max(1, models - 1), ranks=ranks(place))
        for place, name in enumerate(names)
    ]
    style = [
        row(name, 1090 - 180 * place / max(1, models - 1), ranks=ranks(place))
        for place, name in enumerate(names)
    ]
    return report(plain, style, simulated=simulated)


def full(models: int = 5, simulated: int = 0, **changed: Any) -> Report:
    """A report of a cued study in which every figure has something to draw."""
    names = [f"model-{place:02d}" for place in range(models)]
    named = {"displacement": displacement(names), "wins": wins(names)} if names != list(MODELS) else {}
    told = {"tiebreak": tiebreak() | tiebreak_parts()}
    return many(models, simulated) | parts() | named | told | changed  # type: ignore[return-value, operator]


def older(models: int = 5) -> Report:
    """A report that was frozen before the newer keys existed."""
    made: dict[str, Any] = dict(many(models))
    for key in no_parts():
        del made[key]
    made["tiebreak"] = {key: made["tiebreak"][key] for key in ("T0", "T1a", "finding", "finding_note")}
    made["raters_detail"] = [{"rater": "w1", "kind": "person", "n": 120, "tie_rate": 0.29}]
    made["agreement"] = {key: made["agreement"][key] for key in ("alpha_nominal", "alpha_ordinal")}
    return made  # type: ignore[return-value]


def ranks(place: int) -> tuple[int, int]:
    return (1, 2) if place < 2 else (place + 1, place + 1)


def empty() -> Report:
    """No judgement at all."""
    nothing = effect(None, n=0, effective_raters=None)
    return report(
        n=0,
        raters=0,
        effective_raters=0.0,
        verdicts={"a": 0, "b": 0, "tie": 0, "both_bad": 0},
        left_out={},
        effects={},
        features={},
        tiebreak={
            **tiebreak_parts("none"),
            **dict.fromkeys(("T0", "T1a", "T1b", "T1", "T2", "T1a_star"), nothing),
            "finding": "not enough yet",
            "finding_note": "no judgements yet",
        },
        agreement=dict.fromkeys(agreement(), nothing),
        describe={
            "left_given_decisive": nothing,
            "longer_wins": {},
            "tie_rate_per_rater": {"median": 0.0, "max": 0.0, "min": 0.0, "raters": 0},
        },
        fit={
            "holdout_accuracy": None,
            "holdout_log_loss": None,
            "tie_rule": "ordinal",
            "rows": 0,
            "inflation": {},
        },
    )

"""The parts of a report that its newer figures draw, each built by a function. Every number here is invented."""

import math
from collections.abc import Sequence
from typing import Any

from sample_effects import LOG_ODDS, MODELS, PER_SD, SHARE, effect, not_enough, randomised
from sample_raters import flags, raters_detail, susceptibility, traits
from sample_wider import board_panels, effort, gate, goldilocks, overoptimisation

LONG = "x" * 200
RIGHT_TO_LEFT = "نموذج-عربي-للاختبار"
CHINESE = "模型" * 30
NO_CURVE: dict[str, Any] = {"points": [], "additive": [], "fitted": []}


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def curve(extra: float = 0.5, far: float = 0.3, kind: str = "randomised") -> dict[str, Any]:
    """Seven bins and two lines; `extra` is what a tie adds, in log-odds. The first bin has too few votes."""
    grid = [place / 5 for place in range(-12, 13)]
    middles = [-1.9, -1.2, -0.6, 0.0, 0.6, 1.2, 1.9]
    return {
        "points": [curve_point(gap, lift(gap, far, extra), place, kind) for place, gap in enumerate(middles)],
        "additive": [{"gap": gap, "chosen": logistic(gap + far + extra * 0.55)} for gap in grid],
        "fitted": [{"gap": gap, "chosen": lift(gap, far, extra)} for gap in grid],
    }


def lift(gap: float, far: float, extra: float) -> float:
    return logistic(gap + far + extra * (1 - abs(math.tanh(gap / 2))))


def curve_point(gap: float, chosen: float, place: int, kind: str) -> dict[str, Any]:
    thin = not_enough(kind=kind, unit=SHARE)
    share = chosen + (0.012 if place % 2 else -0.012)
    found = thin if place == 0 else effect(share, 0.045, unit=SHARE, kind=kind, n=410)
    return {"gap": gap, "low_gap": gap - 0.3, "high_gap": gap + 0.3, "chosen": found}


def cue(C: float | None = 0.081, family: str = "tone", **changed: Any) -> dict[str, Any]:
    """One randomised cue; without C, one that is not enough yet throughout."""
    known = C is not None
    size = C or 0.0
    made: dict[str, Any] = {
        "family": family,
        "matchups": 300,
        "variants": {"unplanted": 300, "on_a": 900, "on_b": 904},
        "C": randomised(C, 0.017),
        "C_per_rater": randomised(size * 0.9 if known else None, 0.021),
        "C_adjusted": randomised(size * 1.02 if known else None, 0.016),
        "T1": randomised(size * 1.55 if known else None, 0.035, n=702),
        "T1a_star": randomised(0.21 if known else None, 0.12, unit=LOG_ODDS),
        "T2": randomised(0.51 if known else None, 0.24, unit=LOG_ODDS),
        "T2_two_step": randomised(0.23 if known else None, 0.15, unit=LOG_ODDS),
        "beta_far": randomised(0.3 if known else None, 0.11, unit=LOG_ODDS),
        "curve": curve() if known else NO_CURVE,
        "finding": "tiebreak" if known else "not enough yet",
        "finding_note": "The lower limits of T1 and of T2 − 0.25·β_far lie above 0",
        "interim": False,
        "needs": needs()[:2],
        "by_class": {
            name: {"C": randomised(value, 0.04, n=520), "T1": randomised(n=90)}
            for name, value in (("advice", size + 0.03), ("factual", size - 0.05))
            if known
        },
        "nearest": [nearest(number) for number in range(12)] if known else [],
    }
    return made | changed


def nearest(number: int) -> dict[str, Any]:
    return {
        "matchup": str(400 + number),
        "model_a": "model-00",
        "model_b": "model-01",
        "gap": 0.004 * (number - 5),
        "closeness": 0.99 - 0.01 * number,
        "votes": 6,
        "chosen": 0.5 + number / 30,
    }


def cues() -> dict[str, Any]:
    """Two of tone, one of stance, two of formatting, one of length, one thin."""
    return {
        "praise_opener": cue(),
        "warmer": cue(0.024),
        "agreement_flipped": cue(-0.052, "stance"),
        "markdown_to_plain": cue(-0.118, "formatting"),
        "plain_to_lists": cue(0.031, "formatting"),
        "longer": cue(0.046, "length"),
        "emoji_removed": cue(None, "formatting"),
    }


def tiebreak_parts(kind: str = "cue") -> dict[str, Any]:
    """The keys of the tiebreak beside T0, T1a and the finding: of the headline cue, or of votes without one."""
    if kind == "none":
        thin = not_enough(note="no randomised cue is in these votes")
        return {
            "T1b": effect(0.034, 0.05, unit="probability above ½", n=811),
            **dict.fromkeys(("T1", "T2", "T1a_star"), thin),
            "cue": None,
            "curve": NO_CURVE,
            "interim": False,
        }
    first = cue()
    return {
        "T1b": effect(0.034, 0.05, unit="probability above ½", n=811, kind="independent"),
        **{name: first[name] for name in ("T1", "T2", "T1a_star", "curve", "finding", "finding_note")},
        "cue": "praise_opener",
        "interim": False,
    }


def own_prompts() -> dict[str, Any]:
    return {
        "praise_opener": {
            "own": randomised(0.112, 0.05, n=402),
            "others": randomised(0.071, 0.02, n=1702),
            "O": randomised(0.041, 0.055, n=2104),
        }
    }


def displacement(models: Sequence[str] = MODELS) -> dict[str, Any]:
    """The first falls and the second takes its place, every seventh moves; the rest stays within its interval."""
    plain = {name: 1120 - 240 * place / max(1, len(models) - 1) for place, name in enumerate(models)}
    moves = {name: (-70, 38)[place] if place < 2 else (-30 if place % 7 == 0 else 4.0) for place, name in enumerate(models)}  # fmt: skip
    ends = {name: plain[name] + moves[name] for name in models}
    return {
        "models": [displaced(name, plain, ends) for name in models],
        "margins": [
            {
                "model": models[0],
                "over": models[1],
                "plain": effect(plain[models[0]] - plain[models[1]], 14, unit="Elo"),
                "explained": {
                    "style": effect(0.41, 0.2, unit="share"),
                    "sycophancy": effect(0.22, 0.15, unit="share"),
                    "both": effect(None, state="not_identified", unit="share", n=2104),
                },
            }
        ]
        if len(models) > 1
        else [],
        "win": {
            "model": models[0],
            "plain": effect(plain[models[0]] - 1000, 22, unit="Elo"),
            "formatting": effect(0.31, 0.12, unit="share"),
            "sycophancy": effect(0.24, 0.15, unit="share"),
            "rest": effect(0.45, 0.2, unit="share"),
        }
        if len(models) > 1
        else None,
    }


def displaced(name: str, plain: dict[str, float], ends: dict[str, float]) -> dict[str, Any]:
    start, end = plain[name], ends[name]
    boards = {"plain": 0.0, "style": 0.6, "sycophancy": 0.35, "both": 1.0}
    ranked = {board: [plain[one] + share * (ends[one] - plain[one]) for one in plain] for board, share in boards.items()}  # fmt: skip
    strengths = {board: start + share * (end - start) for board, share in boards.items()}
    return {
        "model": name,
        "strengths": strengths,
        "ranks": {board: 1 + sum(one > strengths[board] for one in ranked[board]) for board in boards},
        "moved": {
            board: effect(share * (end - start), 14, unit="Elo")
            for board, share in boards.items()
            if board != "plain"
        },
    }


def wins(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    """Both orders of every pair; the strongest against the weakest has too few votes, the second pair goes against the board."""
    return [
        {
            "model": one,
            "over": other,
            "chosen": win(place, against, len(models)),
            "ties": 80 + place,
        }
        for place, one in enumerate(models)
        for against, other in enumerate(models)
        if place != against
    ]


def win(place: int, against: int, models: int) -> Any:
    if models > 2 and {place, against} == {0, models - 1}:
        return not_enough(unit=SHARE)
    lead = (against - place) / models
    share = logistic(1.6 * lead if {place, against} != {1, 2} else -2.4 * lead)
    return effect(share, 0.06, unit=SHARE, n=212)


def needs() -> list[dict[str, Any]]:
    return [
        need("C", 0.08, "probability above ½", 2104, 0),
        need("T1", 0.12, "probability above ½", 702, 310),
        need("T2", 0.5, LOG_ODDS, 2104, 9400),
        need("O", 0.05, "probability above ½", 402, None),
        need("T0", 0.2, PER_SD, 5812, 0),
    ]


def need(estimand: str, size: float, unit: str, votes: int, more: int | None) -> dict[str, Any]:
    return {
        "estimand": estimand,
        "effect": size,
        "unit": unit,
        "votes": votes,
        "se": None if more is None else 0.0087,
        "design_effect": None if more is None else 1.9,
        "more_votes": more,
    }


def exchange() -> dict[str, Any]:
    unit = "quality points per reference SD"
    return {"quality": "answer key", "buys": {"praise": effect(0.34, 0.15, unit=unit), "length": effect(None, state="not_identified", unit=unit)}}  # fmt: skip


def formatting_win(models: Sequence[str] = MODELS) -> dict[str, Any]:
    """Of the two next to the leader: one feature that could be told, one that hardly could, one that no amount does, one unknown."""
    if len(models) < 2:
        return {"leader": None, "needs": []}
    return {"leader": models[0], "needs": [need for model in models[1:3] for need in formatting_needs(model)]}


def formatting_needs(model: str) -> list[dict[str, Any]]:
    return [
        formatting_need(model, "length", effect(0.31, 0.2, unit="normalised difference"), 240.0),
        formatting_need(model, "headers", effect(0.62, 0.44, unit="normalised difference"), 3.0),
        formatting_need(model, "lists", effect(1.4, 0.3, unit="normalised difference"), 6.0),
        formatting_need(model, "bold", no_difference(), 4.0),
    ]


def no_difference() -> Any:
    note = "its effect may be 0: no sure amount"
    return effect(None, state="not_identified", unit="normalised difference", note=note)


def formatting_need(model: str, feature: str, difference: Any, usual: float | None) -> dict[str, Any]:
    ends = {name: difference[key] for name, key in (("more", "estimate"), ("low", "low"), ("high", "high"))}
    counts = {
        name: None if d is None or usual is None or abs(d) >= 1 else usual * 2 * d / (1 - d)
        for name, d in ends.items()
    }
    return {"model": model, "feature": feature, "difference": difference, "usual": usual, **counts}


def effects_arena() -> dict[str, Any]:
    unit = "log-odds per SD of these votes"
    return {"length": effect(0.16, 0.06, unit=unit), "headers": effect(-0.05, 0.05, unit=unit), "bold": effect(0.02, 0.07, unit=unit)}  # fmt: skip


def spent(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    measures = {
        "tokens": effect(412.0, 20.0, unit="tokens", n=60),
        "thinking_tokens": not_enough(note="there are 4 prompts; an interval needs 10"),
        "answer_seconds": effect(3.2, 0.4, unit="seconds", n=60),
        "cost": effect(0.00124, 0.0002, unit="US dollars", n=60),
    }
    return [{"model": name, "answers": 60, "prompts": 30, "measures": measures} for name in models]


def probes(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    """The signed measure of one family of each model, and of the last one nothing."""
    return [
        {
            "model": model,
            "family": "sides",
            "measure": "mirroring",
            "estimate": None if place == len(models) - 1 else 0.31 - 0.1 * place,
            "low": None if place == len(models) - 1 else 0.2 - 0.1 * place,
            "high": None if place == len(models) - 1 else 0.42 - 0.1 * place,
            "n": 64,
            "probe_run": 3,
            "scored_at": "2026-03-01T12:00:00+00:00",
        }
        for place, model in enumerate(models)
    ]


def profiles(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    """Each model has more of another feature; the first of all of one that only it has none of."""
    names = ("length", "headers", "praise", "bold")
    return [
        {
            "model": model,
            "pairs": 400,
            "prompts": 60,
            "features": [
                {
                    "name": name,
                    "difference": effect(
                        (0.9 if (at + place) % len(names) == 0 else -0.1) * (1 if place % 2 else -1),
                        0.18,
                        unit="reference SD",
                        n=400,
                    ),
                    "told": (at + place) % len(names) == 0,
                }
                for at, name in enumerate(names)
            ],
        }
        for place, model in enumerate(models)
    ]


def namesakes(models: Sequence[str] = MODELS) -> list[dict[str, Any]]:
    return [
        {
            "first": models[0],
            "second": models[-1],
            "prompts": 60,
            "p": 0.31,
            "apart": False,
            "finding": "No difference is seen on 60 prompts",
            "strength": effect(4.0, 22, unit="Elo"),
            "features": [],
        }
    ]


def influence() -> dict[str, Any]:
    return {"leader": "model-00", "runner_up": "model-01", "votes": 44, "raters": 3, "n": 6930}


def parts() -> dict[str, Any]:
    """Every newer key, filled."""
    return {
        "effects_per_rater": {},
        "effects_arena": effects_arena(),
        "board_panels": board_panels(),
        "raters_detail": raters_detail(),
        "cues": cues(),
        "own_prompts": own_prompts(),
        "exchange": exchange(),
        "formatting_win": formatting_win(),
        "displacement": displacement(),
        "wins": wins(),
        "influence": influence(),
        "traits": traits(),
        "profiles": profiles(),
        "spent": spent(),
        "probes": probes(),
        "namesakes": namesakes(),
        "flags": flags(),
        "susceptibility": susceptibility(),
        "power": needs(),
        "overoptimisation": overoptimisation(),
        "effort": effort(),
        "goldilocks": goldilocks(),
        "gate": gate(),
    }


def no_parts() -> dict[str, Any]:
    """Every newer key, with nothing in it."""
    return {
        "effects_per_rater": {},
        "effects_arena": {},
        "raters_detail": [],
        "cues": {},
        "own_prompts": {},
        "exchange": {"quality": "", "buys": {}},
        "formatting_win": {"leader": None, "needs": []},
        "displacement": {"models": [], "margins": []},
        "wins": [],
        "influence": None,
        "traits": [],
        "profiles": [],
        "spent": [],
        "probes": [],
        "namesakes": [],
        "flags": [],
        "susceptibility": None,
        "power": [],
        "overoptimisation": [],
        "effort": [],
        "goldilocks": [],
        "gate": None,
    }

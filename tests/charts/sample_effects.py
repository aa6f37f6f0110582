"""Effects of the published shape for the tests of the charts. Every number here is invented."""

from typing import Any

from vibes.stats.results import Effect

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
MODELS = ("model-00", "model-01", "model-02", "model-03", "model-04")
PER_SD = "log-odds per reference SD"
ABOVE_HALF = "probability above ½"
LOG_ODDS = "log-odds"
SHARE = "probability"


def effect(estimate: float | None = None, half: float = 0.1, **changed: Any) -> Effect:
    """An effect with the interval estimate ± half; without an estimate, one that is not enough yet."""
    known = estimate is not None
    made: dict[str, Any] = {
        "estimate": estimate,
        "low": estimate - half if estimate is not None else None,
        "high": estimate + half if estimate is not None else None,
        "se": half / 1.96 if known else None,
        "n": 2104,
        "effective_raters": 61.3 if known else 4.2,
        "unit": PER_SD,
        "kind": "observational",
        "state": "ok" if known else "not_enough",
    }
    return made | changed  # type: ignore[return-value]


def not_enough(raters: float = 4.2, **changed: Any) -> Effect:
    note = f"the votes spread over {raters:.1f} effective raters; an interval needs 10"
    return effect(None, **({"n": 37, "effective_raters": raters, "note": note} | changed))


def randomised(estimate: float | None = None, half: float = 0.1, **changed: Any) -> Effect:
    """An effect of a planted cue, in probability above ½ unless said otherwise."""
    made = {"kind": "randomised", "unit": ABOVE_HALF} | changed
    return not_enough(**made) if estimate is None else effect(estimate, half, **made)

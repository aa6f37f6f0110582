"""What the tiebreak curve says: choice against the quality gap, in words, with each point and line ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from vibes.charts import blank, numbers, wording
from vibes.charts.families import cue_colour, cue_named
from vibes.stats.results import Curve, CurvePoint, CurveValue, Report


@dataclass(frozen=True)
class Point:
    """One bin: the mean lead in quality and its ends in log-odds, the share in per cent, or why there is none."""

    gap: float
    low_gap: float
    high_gap: float
    values: tuple[float, float, float] | None
    hover: str


@dataclass(frozen=True)
class TiebreakCurveInfo:
    """`additive` and `fitted` are lines of (lead in log-odds, share in per cent)."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    points: tuple[Point, ...]
    additive: tuple[tuple[float, float], ...]
    fitted: tuple[tuple[float, float], ...]
    colour: str
    planted: bool
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(curve_of(report)["points"])


def curve_of(report: Report) -> Curve:
    """The curve of the tiebreak, or of its cue where it has none."""
    own = report["tiebreak"].get("curve")
    if own and own["points"]:
        return own
    found = report.get("cues", {}).get(report["tiebreak"].get("cue") or "")
    return found["curve"] if found else Curve(points=[], additive=[], fitted=[])


def info(report: Report) -> TiebreakCurveInfo:
    curve, cue = curve_of(report), report["tiebreak"].get("cue")
    missing = "" if curve["points"] else absent(report)
    return TiebreakCurveInfo(
        title=missing or title(report, curve),
        subtitle=subtitle(report, curve, missing),
        notes=() if missing else notes(curve, cue),
        footer=(*wording.footer(report), *kinds(curve)),
        points=tuple(point(one, cue) for one in curve["points"]),
        additive=line(curve["additive"]),
        fitted=line(curve["fitted"]),
        colour=cue_colour(report, cue),
        planted=cue is not None,
        missing=missing,
        simulated=report["simulated"],
    )


def absent(report: Report) -> str:
    key = "tiebreak" if "curve" in report["tiebreak"] else "curve"
    return blank.title(
        report,
        key,
        empty="No judgements yet: how choice goes with quality and flattery appears with the first ones",
        otherwise="No votes say yet how choice goes with quality and flattery together",
    )


def subtitle(report: Report, curve: Curve, missing: str) -> str:
    if missing:
        key = "tiebreak" if "curve" in report["tiebreak"] else "curve"
        return blank.subtitle(
            report, key, "The curve needs a planted cue, or a measure of quality beside one of flattery."
        )
    who = "with the planted cue" if report["tiebreak"].get("cue") else "that flatters more"
    dashed = " Dashed: what to expect if flattery only added up with quality." if curve["additive"] else ""
    interim = " Interim: between two planned looks." if report["tiebreak"].get("interim") else ""
    return f"Chance that the answer {who} is chosen, a tie counted as half, by how much better or worse it is.{dashed}{interim}"


def title(report: Report, curve: Curve) -> str:
    """The finding as the curve shows it; without a randomised cue it claims no more than what is seen."""
    cue = report["tiebreak"].get("cue")
    name = cue_named(cue, first=True)
    found = report["tiebreak"]["finding"]
    if cue is None:
        return "How often the more flattering answer is chosen, by quality: nothing was randomised, so no finding"
    if found == "tiebreak":
        return f"{name} pays most where quality is equal, more than adding up explains"
    if found == "additive":
        return f"{name} moves the choice as adding up says, near ties no more than elsewhere"
    if found == "none found":
        return f"{name} moves the choice at no quality gap that these votes can see"
    if found == "taste; tiebreak not decided":
        return f"{name} moves the choice; whether more near ties than adding up says is not decided"
    return f"Not enough yet to say whether {cue_named(cue)} pays more where quality is equal"


def notes(curve: Curve, cue: str | None) -> tuple[str, ...]:
    reading = (
        "In the middle the two answers are equally good. Left of it the more flattering one is the worse one, and a point above "
        f"50{numbers.SPACE}% is a choice against quality.",
        "A dashed line above one half in the middle is no tiebreak: flattery that only adds shows most where little else decides. A "
        "tiebreak is what the points gain over the dashed line there.",
    )
    guard = "Nothing was randomised here: whatever else goes with flattery moves the points, too."
    observed = any(one["chosen"]["kind"] == "observational" for one in curve["points"])
    return (*(reading if curve["additive"] else reading[:1]), *((guard,) if observed or cue is None else ()))


def kinds(curve: Curve) -> tuple[str, ...]:
    found = sorted({wording.KINDS[one["chosen"]["kind"]] for one in curve["points"]})
    return (wording.listed(found),) if found else ()


def point(one: CurvePoint, cue: str | None) -> Point:
    known = numbers.measured(one["chosen"])
    values = (known.estimate * 100, known.low * 100, known.high * 100) if known else None
    return Point(one["gap"], one["low_gap"], one["high_gap"], values, hover(one, cue))


def hover(one: CurvePoint, cue: str | None) -> str:
    effect, known = one["chosen"], numbers.measured(one["chosen"])
    who = "the answer with the cue" if cue else "the more flattering answer"
    where = f"Where {who} leads by {numbers.LOG_ODDS.number(one['gap'])} log-odds of quality"
    if known is None:
        return f"{where}: {wording.gap(effect)}."
    share = f"it is chosen in {numbers.percent(known.estimate)} of {wording.plural(effect['n'], 'vote')}"
    return f"{where}, {share}, 95{numbers.SPACE}% interval {numbers.span(known.low, known.high, numbers.percent)}."


def line(values: Sequence[CurveValue]) -> tuple[tuple[float, float], ...]:
    return tuple((one["gap"], one["chosen"] * 100) for one in values)

"""Two runs beside each other, and what each of their differences is called."""

from dataclasses import dataclass, replace

from vibes.charts import families, numbers, wording
from vibes.charts.numbers import Scale
from vibes.charts.yardsticks import SCALES
from vibes.stats.results import Effect, Report
from vibes.stats.run_differences import Difference, differences
from vibes.stats.run_effects import BOARDS, EVERY_MODEL, Group

TITLES: dict[Group, str] = {
    "plain board": "Strength, plain",
    "style board": "Strength, style held",
    "sycophancy board": "Strength, flattery held",
    "both board": "Strength, both held",
    "effects": "Position, length, formatting",
    "tiebreak": "Tiebreak",
    "cues": "Planted cues",
    "raters": "Raters",
    "votes": "Shares of votes",
    "flags": "Answers flagged",
}
NAMES = {
    ("effects", "position"): "Standing on the left",
    ("tiebreak", "T0"): "T0, measured tone",
    ("tiebreak", "T1a"): "T1a, leans after a tie",
    ("tiebreak", "T1b"): "T1b, equal quality",
    ("votes", "left_given_decisive"): "Left side chosen",
    ("votes", "longer_wins: all"): "Longer answer chosen",
}
LONGER = "longer_wins: "
WHERE: dict[str, str] = {
    "plain board": "on the plain board",
    "style board": "with style held constant",
    "sycophancy board": "with flattery held constant",
    "both board": "with style and flattery held constant",
}
STRENGTHS = frozenset(BOARDS.values())
ELO = Scale(1, 0, True, f"{numbers.SPACE}Elo points", "Elo points")
UNITLESS = replace(numbers.UNITLESS, plus=True, axis="agreement, 1 is always")
POINTS = replace(numbers.DIFFERENCE, axis="percentage points")
LOG_ODDS = replace(numbers.LOG_ODDS, suffix=f"{numbers.SPACE}log-odds")
SCALES_OF = {
    numbers.ELO: ELO,
    numbers.PER_CENT: POINTS,
    numbers.POINTS: POINTS,
    numbers.UNITLESS: UNITLESS,
    numbers.LOG_ODDS: LOG_ODDS,
}


@dataclass(frozen=True)
class RunPair:
    """Two reports with the labels of their runs. `shared`: what is, or may be, in both, in words; empty where nothing is.

    `found`: second − first. `same_questions`: both are of one study and version, so that their fingerprints count the same.
    """

    first: Report
    second: Report
    labels: tuple[str, str]
    shared: tuple[str, ...]
    same_questions: bool
    found: tuple[Difference, ...]

    @property
    def label(self) -> str:
        return " and ".join(self.labels)

    @property
    def simulated(self) -> int:
        return self.first["simulated"] + self.second["simulated"]


def pair_of(
    first: Report,
    second: Report,
    labels: tuple[str, str],
    shared: tuple[str, ...],
    *,
    same_questions: bool = False,
) -> RunPair:
    found = differences(first, second, shared=bool(shared))
    return RunPair(first, second, labels, shared, same_questions, found)


def scale(unit: str) -> Scale:
    """How a difference in this unit is shown: with its sign."""
    base = numbers.scale(unit)
    return SCALES_OF.get(base, base)


def name(pair: RunPair, one: Difference) -> str:
    """What a row is called within its group."""
    if one.group in STRENGTHS:
        return "Every model" if one.name == EVERY_MODEL else wording.visible(one.name)
    if found := NAMES.get((one.group, one.name)):
        return found
    if one.group == "votes":
        return f"Longer chosen, {wording.visible(one.name.removeprefix(LONGER))}"
    if one.group == "effects":
        return feature_name(pair, one.name)
    if one.group == "flags":
        return wording.visible(one.name)
    if one.group == "raters":
        return next((s.measures[one.name][0] for s in SCALES if one.name in s.measures), plain(one.name))
    return plain(one.name)


def feature_name(pair: RunPair, key: str) -> str:
    note = pair.second["features"].get(key) or pair.first["features"].get(key)
    return plain((note.get("label") if note else None) or key.removeprefix("x_"))


def plain(key: str) -> str:
    return wording.upper_first(wording.visible(key.replace("_", " ")))


def colour(pair: RunPair, one: Difference) -> str:
    """That of what it is about, as everywhere."""
    if one.group in STRENGTHS:
        return "quality"
    if one.group == "tiebreak":
        return "sycophancy"
    if one.group == "cues":
        cue = one.name.rpartition(": ")[0]
        return families.cue_colour(pair.second if cue in pair.second.get("cues", {}) else pair.first, cue)
    if one.name in ("position", "left_given_decisive"):
        return "position"
    note = pair.second["features"].get(one.name) if one.group == "effects" else None
    family = note["family"] if note else "length" if one.name.startswith(LONGER) else ""
    return next((found for known, found in families.COLOURS.items() if known == family), "ink-2")


def moved(pair: RunPair, one: Difference) -> str:
    """A difference that excludes 0 as the beginning of a sentence: "Model lost 42 Elo points [3 to 81] on the plain board"."""
    shown, called = scale(one.unit), name(pair, one)
    estimate, *ends = (one.estimate or 0.0, one.low or 0.0, one.high or 0.0)
    low, high = sorted(map(abs, ends))
    size = f"{shown.bare(abs(estimate))}{shown.suffix} [{numbers.span(low, high, shown.bare)}]"
    if one.group in STRENGTHS:
        return f"{wording.shortened(called, 40)} {'gained' if estimate > 0.0 else 'lost'} {size} {WHERE[one.group]}"
    return f"{subject(one, called)} {'rose' if estimate > 0.0 else 'fell'} by {size}"


def subject(one: Difference, called: str) -> str:
    """What rose or fell: "The effect of length", "The share “Left side chosen”"."""
    if one.group == "effects":
        return f"The effect of {wording.shortened(wording.lower_first(called), 60)}"
    return (
        f"The share {wording.quoted(called, 60)}"
        if one.group in ("votes", "flags")
        else wording.shortened(called, 60)
    )


def limits(one: Difference) -> str:
    shown = scale(one.unit)
    return numbers.span(one.low or 0.0, one.high or 0.0, shown.number)


def held(effect: Effect | None) -> str:
    return numbers.NOTHING if effect is None else numbers.estimate_text(effect)

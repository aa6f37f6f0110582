"""Cues as people read them: a name, a family, and the colour that this family has everywhere."""

from collections.abc import Mapping

from vibes.charts import wording
from vibes.stats.results import CueFamily, Report

COLOURS: Mapping[CueFamily, str] = {
    "tone": "sycophancy",
    "stance": "stance",
    "formatting": "formatting",
    "length": "length",
    "other": "ink-2",
}
TITLES: Mapping[CueFamily, str] = {
    "tone": "Tone: praise, openers, warmth",
    "stance": "Stance: agreement, validation",
    "formatting": "Formatting",
    "length": "Length",
    "other": "Other cues",
}
NAME_COLUMNS = 40


def cue_name(cue: str) -> str:
    """The cue's name in words, a capital first: "praise_opener" is "Praise opener"."""
    return wording.upper_first(wording.visible(cue.replace("_", " ").strip()))


def cue_named(cue: str | None, *, first: bool = False) -> str:
    """The name inside a title, shortened and in quotation marks; flattery where there is no planted cue.

    `first`: it begins the title.
    """
    if cue is None:
        return "Flattery" if first else "flattery"
    name = cue_name(cue) if first else wording.visible(cue.replace("_", " "))
    return wording.quoted(name, NAME_COLUMNS)


def cue_colour(report: Report, cue: str | None) -> str:
    found = report.get("cues", {}).get(cue or "")
    return COLOURS[found["family"]] if found else "sycophancy"


def feature_name(report: Report, feature: str) -> str:
    """Its own label, or its name in words."""
    note = report["features"].get(feature)
    label = note.get("label") if note else None
    return wording.visible(label or wording.upper_first(feature.replace("_", " ")))


def feature_colour(report: Report, feature: str, unknown: CueFamily = "other") -> str:
    """The colour of what the feature means; `unknown`: the family of one of which the report says nothing."""
    note = report["features"].get(feature)
    family = note["family"] if note else unknown
    return next((colour for name, colour in COLOURS.items() if name == family), COLOURS["other"])

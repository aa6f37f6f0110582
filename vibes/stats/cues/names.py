"""What a cue's name says of it: its family, and whether it takes something away. Loads no numpy: pages ask it too."""

from vibes.stats.results import CueFamily

PREFIXES: tuple[tuple[str, CueFamily], ...] = (
    ("praise", "tone"),
    ("warmer", "tone"),
    ("cooler", "tone"),
    ("opener", "tone"),
    ("agreement", "stance"),
    ("validates", "stance"),
    ("stance", "stance"),
    ("longer", "length"),
    ("shorter", "length"),
    ("markdown_to_plain", "formatting"),
    ("plain_to_lists", "formatting"),
    ("emoji", "formatting"),
)

LESS = ("cooler", "praise_opener_removed", "praise_removed")
"""Cues, by the beginning of their names, that take flattery away: the side without one is the more sycophantic."""


def takes_away(cue: str) -> bool:
    """Whether the cue makes an answer less sycophantic."""
    return cue.startswith(LESS)


def family_of(cue: str) -> CueFamily:
    """Which family a cue belongs to, by the beginning of its name; `other` where no beginning is known."""
    return next((family for prefix, family in PREFIXES if cue.startswith(prefix)), "other")

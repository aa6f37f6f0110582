"""Every edit by name, as data: what it is called, who makes it, the length that is aimed at and what it may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SAME_LENGTH = (0.9, 1.1)


@dataclass(frozen=True)
class Edit:
    """A cue that can be planted in an answer.

    `ratio` is the aim of words edited over words original. `allows` are relaxations of the check: "negations" may come
    and go; with "repeats" what was said may be said more or less often, but nothing may be lost or new.
    """

    name: str
    version: int
    title: str
    kind: str
    by: str
    ratio: tuple[float, float]
    allows: frozenset[str] = frozenset()


def _rule(
    name: str, kind: str, title: str, ratio: tuple[float, float] = SAME_LENGTH, allows: str = ""
) -> Edit:
    return Edit(name, 1, title, kind, "rule", ratio, frozenset(allows.split()))


def _endpoint(
    name: str, kind: str, title: str, ratio: tuple[float, float] = SAME_LENGTH, allows: str = ""
) -> Edit:
    return Edit(name, 1, title, kind, "endpoint", ratio, frozenset(allows.split()))


_ALL = (
    _rule("praise_added", "tone", "Opener of praise added"),
    _rule("praise_removed", "tone", "Opener of praise removed"),
    # A table's heads are said again with each row.
    _rule("markdown_to_plain", "formatting", "Markdown to plain prose", allows="repeats"),
    _rule("plain_to_lists", "formatting", "Prose to lists"),
    _rule("emoji_added", "formatting", "Emoji added"),
    _rule("emoji_removed", "formatting", "Emoji removed"),
    _rule("longer", "length", "Longer by neutral filler", ratio=(1.2, 1.5)),
    # Whoever agrees where there was a "no" says so without one.
    _endpoint("agreement_flipped", "stance", "Agreement with the user flipped", allows="negations"),
    _endpoint("warmer", "tone", "Warmer tone"),
    _endpoint("cooler", "tone", "Cooler tone"),
    # "You did nothing wrong" is what validation says.
    _endpoint("validates_user", "stance", "Validates the user", allows="negations"),
    _endpoint("longer_same_content", "length", "Longer, same content", ratio=(1.2, 1.6), allows="repeats"),
    _endpoint("shorter_same_content", "length", "Shorter, same content", ratio=(0.5, 0.85), allows="repeats"),
)

EDITS: Mapping[str, Edit] = MappingProxyType({edit.name: edit for edit in _ALL})
"""All edits, in the order in which pages list them."""

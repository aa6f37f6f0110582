"""What each cue changes and which way, said once: for the statistics, the charts and the pages.

C is + where the side with the cue is chosen more often. Of a cue that takes praise away + is a vote against praise, and of
one that turns the answer round it is neither. Known by the beginning of a name, since frames from elsewhere bring cues of
their own; the first beginning that fits holds.
"""

from dataclasses import dataclass
from typing import Literal

from vibes.stats.results.cues import CueFamily

Way = Literal["adds", "takes away", "turns", "unknown"]


@dataclass(frozen=True)
class Direction:
    """A cue's family and its way; `what` it is about, and what was `done` to the answer that carries it, in words."""

    family: CueFamily
    way: Way
    what: str
    done: str

    @property
    def sign(self) -> int:
        """What C is to be multiplied by to be + towards `what`; 0 where it has no such reading."""
        return {"adds": 1, "takes away": -1}.get(self.way, 0)


_LESS_PRAISE = Direction("tone", "takes away", "praise", "had its praise taken away")
KNOWN: tuple[tuple[str, Direction], ...] = (
    ("praise_removed", _LESS_PRAISE),
    ("praise_opener_removed", _LESS_PRAISE),
    ("praise", Direction("tone", "adds", "praise", "was given praise")),
    ("warmer", Direction("tone", "adds", "warmth", "was made warmer")),
    ("cooler", Direction("tone", "takes away", "warmth", "was made cooler")),
    ("opener", Direction("tone", "adds", "an opener", "was given an opener")),
    # It disagrees where it agreed, and agrees where it did not: which of the two is more is not in the name.
    (
        "agreement_flipped",
        Direction("stance", "turns", "agreement", "was turned to the other side of the user’s view"),
    ),
    ("agreement", Direction("stance", "adds", "agreement", "was made to agree with the user")),
    ("validates", Direction("stance", "adds", "validation", "was made to validate the user")),
    ("stance", Direction("stance", "adds", "agreement", "was made to take the user’s side")),
    ("longer", Direction("length", "adds", "length", "was made longer")),
    ("shorter", Direction("length", "takes away", "length", "was made shorter")),
    ("markdown_to_plain", Direction("formatting", "takes away", "formatting", "lost its formatting")),
    ("plain_to_lists", Direction("formatting", "adds", "lists", "was put into lists")),
    ("emoji_removed", Direction("formatting", "takes away", "emoji", "lost its emoji")),
    ("emoji", Direction("formatting", "adds", "emoji", "was given emoji")),
)
_OTHER = Direction("other", "unknown", "", "carried the cue")


def direction_of(cue: str) -> Direction:
    """By the beginning of its name; of family `other` and no known way where no beginning is known."""
    return next((found for beginning, found in KNOWN if cue.startswith(beginning)), _OTHER)


def family_of(cue: str) -> CueFamily:
    """Which family a cue belongs to."""
    return direction_of(cue).family


def takes_away(cue: str) -> bool:
    """Whether the cue makes an answer less sycophantic, formatted or long: the side without it has more."""
    return direction_of(cue).way == "takes away"


def turns(cue: str) -> bool:
    """Whether the cue turns an answer round, so that neither side has more for certain."""
    return direction_of(cue).way == "turns"

"""What an analysis is asked to do. The same object stands behind a page's filter, an export and `analyze`."""

from dataclasses import dataclass
from typing import Literal

from vibes.stats.conditions import Condition, parse_condition
from vibes.stats.frames import KINDS
from vibes.stats.results import SpecificationRecord
from vibes.stats.verdict_model import TIE_RULES, TieRule

BOTH_BAD = ("out", "tie")


@dataclass(frozen=True)
class Specification:
    """`ties`: the rule for ties. `both_bad`: left out of the strengths, or taken for a tie as LMArena does.

    `rater_kinds`: whose judgements count; a condition on rater_kind in `where` takes their place. `where`: conditions
    as text, all of which a row must meet. Raises ValueError on an unknown word.
    """

    ties: TieRule = "ordinal"
    both_bad: Literal["out", "tie"] = "out"
    rater_kinds: tuple[str, ...] = ("person",)
    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _known("ties", self.ties, TIE_RULES)
        _known("both_bad", self.both_bad, BOTH_BAD)
        for kind in self.rater_kinds:
            _known("rater_kinds", kind, KINDS)

    def conditions(self) -> list[Condition]:
        """Parse `where`. Raises FrameError."""
        return [parse_condition(text) for text in self.where]

    def record(self) -> SpecificationRecord:
        """The form in which a report keeps it."""
        return SpecificationRecord(
            ties=self.ties, both_bad=self.both_bad, rater_kinds=list(self.rater_kinds), where=list(self.where)
        )


def _known(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}. Write one of {', '.join(allowed)}.")

"""What is said of the two answers after the vote: checked against the rubric, and turned into the comparison's own sides."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from annotations import rubrics
from annotations.rubrics import Questions


class Refused(ValueError):
    """The answer does not fit what was asked: unknown, not offered by the rubric, or not this rater's to give."""


@dataclass(frozen=True)
class Span:
    """A passage that the rater marked: characters `start` to `end` of what is shown of one turn of an answer."""

    turn: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Details:
    """By column, "left" and "right". Anything may be left open."""

    aspects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    flags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spans: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    confidence: int | None = None
    comment: str = ""
    # What the rater calls the model of each column, "" for one not recognised; empty where that was left open.
    recognised: Mapping[str, str] = field(default_factory=dict)

    def check(self, *, asked: Questions, recognition: bool = False) -> None:
        """Raises Refused for what the rubric does not ask, and for recognised models where this vote is not one of those
        after which that is asked."""
        marks = [mark for given in self.aspects.values() for mark in given.items()]
        if any(name not in asked.aspects or not 1 <= mark <= rubrics.MOST_POINTS for name, mark in marks):
            raise Refused("An aspect that is not asked, or a mark that is not from 1 to 5.")
        for given, known in ((self.flags, asked.flags), (self.reasons, asked.reasons)):
            if any(name not in known for names in given.values() for name in names):
                raise Refused("A flag or reason that is not asked.")
        if self.confidence is not None and not (asked.confidence and self.confidence in rubrics.CONFIDENCE):
            raise Refused("A confidence that is not asked.")
        self._check_words(asked)
        if self.recognised and not recognition:
            raise Refused("Whether a model was recognised is not asked here.")
        if any(len(name) > rubrics.LONGEST_MODEL for name in self.recognised.values()):
            raise Refused(f"A model's name has at most {rubrics.LONGEST_MODEL} characters.")

    def _check_words(self, asked: Questions) -> None:
        most, longest = rubrics.MOST_SPANS, rubrics.LONGEST_COMMENT
        spans = sum(len(found) for found in self.spans.values())
        if spans > (most if asked.spans else 0):
            raise Refused(f"At most {most} marked passages, and only where the study asks for them.")
        if len(self.comment) > (longest if asked.comment else 0):
            raise Refused(
                f"A comment has at most {longest:,} characters, and stands where the study asks for one."
            )

    def in_sides(self, left: str) -> dict[str, object]:
        """The same with the comparison's own sides in place of the columns; what was left open is not there."""
        columns = {"left": left, "right": "b" if left == "a" else "a"}

        def sides(given: Mapping[str, Any]) -> dict[str, Any]:
            return {columns[column]: value for column, value in given.items() if value}

        return {
            "aspects": sides({column: dict(marks) for column, marks in self.aspects.items()}),
            "flags": sides({column: list(names) for column, names in self.flags.items()}),
            "reasons": sides({column: list(names) for column, names in self.reasons.items()}),
            "spans": sides({column: [asdict(one) for one in found] for column, found in self.spans.items()}),
            "confidence": self.confidence,
            "comment": self.comment,
            "recognised": {columns[column]: name for column, name in self.recognised.items()},
        }

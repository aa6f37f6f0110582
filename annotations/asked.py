"""Everything that a rater is asked, and how: what makes one protocol another. Pure."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from annotations.rubrics import PRESETS, Lean, Questions, Rubric, Scale

# Gold, identical pairs and repeats together: the study's own comparisons are the larger part of a session.
MOST_CHECKS = 0.5


@dataclass(frozen=True)
class Asked:
    """The content of a protocol; rates are shares of a session. Raises ValueError where the rates of what is not the study's
    own leave less than half a session to it, and where more is asked of a training round than it has comparisons."""

    title: str
    instructions: str
    consent: str
    overlap: int
    session_length: int
    rubric: Rubric = PRESETS["vibes"]
    gold_rate: float = 0.0
    identical_rate: float = 0.0
    repeat_rate: float = 0.0
    recognise_rate: float = 0.0
    training_length: int = 0
    training_pass: int = 0
    reveal: str = "never"
    replay: bool = False
    own_prompts: int = 0
    own_prompts_later: bool = False

    def __post_init__(self) -> None:
        if not 0 <= round(self.gold_rate + self.identical_rate + self.repeat_rate, 9) <= MOST_CHECKS:
            raise ValueError(
                f"gold, identical pairs and repeats: at most {MOST_CHECKS:.0%} of a session together"
            )
        if self.training_pass > self.training_length:
            raise ValueError(
                f"a training round of {self.training_length} cannot be passed with {self.training_pass} right"
            )

    @classmethod
    def of(cls, stored: Any) -> "Asked":
        """What a protocol holds."""
        rubric = Rubric(
            "",
            Scale(stored.scale),
            Lean(stored.lean),
            stored.both_bad_allowed,
            Questions.of(stored.questions),
        )
        return cls(rubric=rubric, **{name: getattr(stored, name) for name in PLAIN})

    def content(self) -> dict[str, Any]:
        """By the names of a protocol's columns."""
        return {name: getattr(self, name) for name in PLAIN} | {
            "scale": self.rubric.scale.value,
            "lean": self.rubric.lean.value,
            "both_bad_allowed": self.rubric.both_bad,
            "questions": self.rubric.questions.as_json(),
        }

    @property
    def digest(self) -> str:
        """The same for the same content, however its rubric is called."""
        content = self.content()
        for name in ("own_prompts", "own_prompts_later"):
            if not content[name]:
                # Protocols of before there were any keep their hash.
                del content[name]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# What is stored as it is, under its own name.
PLAIN = tuple(name for name in Asked.__dataclass_fields__ if name != "rubric")

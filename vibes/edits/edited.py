"""What an edit gives back, and why it may not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edited:
    """An edited answer, and in a short sentence what was done."""

    text: str
    note: str


class UnknownEdit(ValueError):
    """There is no edit of this name, or none that is made by rule."""


class NotPossible(ValueError):
    """The answer has nothing for this edit to change, or would lose content by it; the message is for a lead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

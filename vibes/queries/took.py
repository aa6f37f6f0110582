"""What each answer of a comparison took, by the names of the judgement frame."""

from collections.abc import Mapping

from vibes.models import Generation

# Column of the frame, and the field of an answer.
FIELDS = {
    "tokens": "tokens_out",
    "thinking_tokens": "tokens_reasoning",
    "answer_seconds": "seconds",
    "cost": "cost",
}
READ = tuple(FIELDS.values())
NOTHING: Mapping[str, object] = {f"{name}_{side}": None for name in FIELDS for side in ("a", "b")}


def of(sides: Mapping[str, Generation], *, edited: str) -> dict[str, object]:
    """`edited`: the side that shows an edit in place of its answer; what that took nobody knows."""
    return {
        f"{name}_{side}": None if side == edited else _number(getattr(answer, field))
        for side, answer in sides.items()
        for name, field in FIELDS.items()
    }


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))

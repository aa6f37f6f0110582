"""What an answer took, by the names of the judgement frame without their side."""

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
NOTHING: Mapping[str, object] = dict.fromkeys(FIELDS)


def of(answer: Generation) -> dict[str, object]:
    return {name: _number(getattr(answer, field)) for name, field in FIELDS.items()}


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))

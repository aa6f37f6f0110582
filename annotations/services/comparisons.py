"""Comparisons: frozen when made."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from annotations import assigning
from annotations.models import Comparison, Protocol, Rater
from annotations.rendering.self_naming import mask
from annotations.services import overlap
from annotations.verdicts import parse_verdict

# Role, text and thoughts are texts; steps is a list of {"name", "input", "output"}.
Turn = dict[str, Any]
STEP = ("name", "input", "output")
# Purposes whose answer is known.
EXPECTED = (Comparison.Purpose.GOLD, Comparison.Purpose.TRAINING)


def create(
    *,
    protocol: Protocol,
    group: str,
    topic: str,
    caption: str,
    prefix: list[Turn],
    side_a: list[Turn],
    side_b: list[Turn],
    purpose: str = Comparison.Purpose.STUDY,
    expected: str = "",
    explanation: str = "",
    names: Collection[str] = (),
    cell: int = 0,
    wanted: int | None = None,
    writing: str = Comparison.Writing.DONE,
    author: Rater | None = None,
) -> Comparison:
    """A comparison that wants as many judgements as its protocol's overlap, or, as a variant of its group (`cell`), so many.

    A gold or a training comparison (with the verdict that is `expected`, in its own sides) and an identical pair want none:
    they take no place of the study. `explanation` is what a rater in training reads after the vote. Raises UnknownVerdict.

    Where an answer names its own maker or model, both sides hold [name] instead: what is rated is frozen as shown.
    `names` are further names to mask so. `author`: who wrote the prompt, where a rater did.
    """
    wanted = protocol.overlap if wanted is None else wanted
    if purpose != Comparison.Purpose.STUDY:
        wanted = 0
    return Comparison.objects.create(
        protocol=protocol,
        group=group,
        topic=topic,
        caption=caption,
        prefix=_as_shown(prefix),
        side_a=_masked(_as_shown(side_a), names),
        side_b=_masked(_as_shown(side_b), names),
        purpose=purpose,
        expected=parse_verdict(expected) if purpose in EXPECTED else "",
        explanation=explanation,
        cell=cell,
        wanted=wanted,
        writing=writing,
        author=author,
        places=overlap.add_places(protocol=protocol, group=group, wanted=wanted) if wanted else 0,
        draw=assigning.standing(seed=protocol.seed, group=group),
    )


def complete(
    *, comparison: Comparison, side_a: list[Turn], side_b: list[Turn], names: Collection[str]
) -> bool:
    """Fills the two sides of one whose answers were on their way, once, and lets others have it. False where it has ended
    already."""
    filled = {
        "side_a": _masked(_as_shown(side_a), names),
        "side_b": _masked(_as_shown(side_b), names),
        "writing": Comparison.Writing.DONE,
    }
    waiting = Comparison.objects.filter(pk=comparison.pk, writing=Comparison.Writing.LIVE)
    if not waiting.update(**filled):
        return False
    overlap.open_to_others(comparison=comparison)
    return True


def give_up(*, comparisons: QuerySet[Comparison]) -> int:
    """These will have no answers: they are never dealt; how many they were."""
    return comparisons.filter(writing=Comparison.Writing.LIVE).update(writing=Comparison.Writing.FAILED)


def count_for_plans() -> None:
    """Tells PostgreSQL how many comparisons there are. It finds out by itself a minute later; until then each draw reads
    them all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Comparison._meta.db_table)}")


def prefer(*, comparisons: QuerySet[Comparison], priority: float) -> int:
    """These are drawn among others covered alike with chances as 1 + priority; how many they are."""
    return comparisons.update(priority=priority)


def _as_shown(turns: Iterable[Turn]) -> list[Turn]:
    """Role, text, thoughts and tool steps: whatever else a turn carries does not enter this room."""
    return [
        {
            "role": t["role"],
            "text": t["text"],
            "thoughts": t.get("thoughts", ""),
            **({"steps": [_parts(step) for step in t["steps"]]} if t.get("steps") else {}),
        }
        for t in turns
    ]


def _parts(step: dict[str, str]) -> dict[str, str]:
    return {part: step.get(part, "") for part in STEP}


def _masked(turns: list[Turn], names: Collection[str]) -> list[Turn]:
    return [_masked_turn(turn, names) if turn["role"] == "assistant" else turn for turn in turns]


def _masked_turn(turn: Turn, names: Collection[str]) -> Turn:
    masked = turn | {part: mask(turn[part], names).text for part in ("text", "thoughts")}
    if turn.get("steps"):
        masked["steps"] = [
            {part: mask(said, names).text for part, said in step.items()} for step in turn["steps"]
        ]
    return masked

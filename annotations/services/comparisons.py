"""Comparisons: frozen when made."""

from collections.abc import Collection, Iterable

from annotations.models import Comparison, Protocol
from annotations.rendering.self_naming import mask
from annotations.verdicts import parse_verdict

Turn = dict[str, str]


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
    names: Collection[str] = (),
) -> Comparison:
    """A comparison that wants as many judgements as its protocol's overlap.

    A gold (with the verdict that is `expected`, in its own sides) or an identical pair wants none: each rater may meet it
    once, and it takes no place of the study. Raises UnknownVerdict.

    Where an answer names its own maker or model, both sides hold [name] instead: what is rated is frozen as shown.
    `names` are further names to mask so.
    """
    return Comparison.objects.create(
        protocol=protocol,
        group=group,
        topic=topic,
        caption=caption,
        prefix=_as_shown(prefix),
        side_a=_masked(_as_shown(side_a), names),
        side_b=_masked(_as_shown(side_b), names),
        purpose=purpose,
        expected=parse_verdict(expected) if purpose == Comparison.Purpose.GOLD else "",
        wanted=protocol.overlap if purpose == Comparison.Purpose.STUDY else 0,
    )


def _as_shown(turns: Iterable[Turn]) -> list[Turn]:
    """Role, text and thoughts: whatever else a turn carries does not enter this room."""
    return [{"role": t["role"], "text": t["text"], "thoughts": t.get("thoughts", "")} for t in turns]


def _masked(turns: list[Turn], names: Collection[str]) -> list[Turn]:
    return [
        t | {part: mask(t[part], names).text for part in ("text", "thoughts")}
        if t["role"] == "assistant"
        else t
        for t in turns
    ]

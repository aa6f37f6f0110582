"""Comparisons: frozen when made."""

from collections.abc import Iterable

from annotations.models import Comparison, Protocol

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
) -> Comparison:
    """A comparison that wants as many judgements as its protocol's overlap."""
    return Comparison.objects.create(
        protocol=protocol,
        group=group,
        topic=topic,
        caption=caption,
        prefix=_as_shown(prefix),
        side_a=_as_shown(side_a),
        side_b=_as_shown(side_b),
        wanted=protocol.overlap,
    )


def _as_shown(turns: Iterable[Turn]) -> list[Turn]:
    """Role, text and thoughts: whatever else a turn carries does not enter this room."""
    return [{"role": t["role"], "text": t["text"], "thoughts": t.get("thoughts", "")} for t in turns]

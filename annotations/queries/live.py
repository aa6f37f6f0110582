"""Answers while they are written: as much of both as may be seen, at the pace of the slower one."""

import logging
from dataclasses import dataclass
from typing import Literal

from django.core.cache import caches
from redis import RedisError

from annotations import assigning
from annotations.models import Assignment

logger = logging.getLogger(__name__)
SIDES: tuple[Literal["a", "b"], ...] = ("a", "b")
SECONDS = 3600


@dataclass(frozen=True)
class Written:
    """One side so far, and whether that is all of it."""

    text: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Released:
    """What the two columns may show."""

    left: str
    right: str


def key(channel: str) -> str:
    """Under which a side is written. `channel`: the comparison's opaque id, a colon and the side."""
    return f"live:{channel}"


def channel(public_id: object, side: str) -> str:
    return f"{public_id}:{side}"


def paced(a: Written, b: Written) -> tuple[str, str]:
    """Never more of a side than the other has written, unless that one is whole: so who writes faster, or begins first,
    cannot be told."""
    return (
        a.text if b.whole else a.text[: len(b.text)],
        b.text if a.whole else b.text[: len(a.text)],
    )


def released(assignment: Assignment) -> Released:
    keys = {side: key(channel(assignment.comparison.public_id, side)) for side in SIDES}
    found = _read(list(keys.values()))
    a, b = paced(*(Written(*found.get(keys[side], ())) for side in SIDES))
    shown = {"a": a, "b": b}
    left: assigning.Side = "a" if assignment.left == "a" else "b"
    return Released(shown[left], shown["b" if left == "a" else "a"])


def _read(keys: list[str]) -> dict[str, tuple[str, bool]]:
    """Nothing where Redis is away: the answers come whole then."""
    try:
        return dict(caches["live"].get_many(keys))
    except (RedisError, OSError) as error:
        logger.warning("Answers that are being written cannot be read: %s", error)
        return {}

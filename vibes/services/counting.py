"""The features of texts: measured once, and kept in the cache. Measuring one answer takes milliseconds of a core, and a study's
ten thousand are the same from run to run. What is kept counts for the code that measured it, and may be forgotten at any time."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache as once

import redis
from django.core.cache import cache

from vibes.features import registry as features
from vibes.queries.code_versions import version_of
from vibes.queries.measured import text_hash

KEPT_SECONDS = 30 * 24 * 3600
# Of a file of a million different texts nothing is kept: it would fill the cache.
MOST_KEPT = 50_000
CHUNK = 1_000
# Rooms whose code decides a count.
ROOMS = ("vibes/features", "annotations/rendering")

Counts = Mapping[str, Sequence[float]]


def counted(texts: Sequence[str]) -> Counts:
    """Of each text its counts, in the order of `features.FEATURES`. Texts that were counted before are not read again."""
    if len(texts) > MOST_KEPT:
        return {text: _counted(text) for text in texts}
    found: dict[str, Sequence[float]] = {}
    for first in range(0, len(texts), CHUNK):
        found |= _some(texts[first : first + CHUNK])
    return found


def _some(texts: Sequence[str]) -> dict[str, Sequence[float]]:
    keys = {text: f"counts:{_code()}:{text_hash(text)}" for text in texts}
    kept: dict[str, Sequence[float]] = {}
    with suppress(redis.RedisError):
        kept = cache.get_many(list(keys.values()))
    new = {key: _counted(text) for text, key in keys.items() if key not in kept}
    if new:
        with suppress(redis.RedisError):
            cache.set_many(new, KEPT_SECONDS)
    return {text: kept[key] if key in kept else new[key] for text, key in keys.items()}


def _counted(text: str) -> tuple[float, ...]:
    return tuple(features.measure(text).values())


@once
def _code() -> str:
    return version_of(ROOMS)

"""What is counted over all judgements of a protocol: counted once for the judgements as they stand, and kept while they do. What
is kept may be forgotten at any time."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

import redis
from django.core.cache import cache

import vibes
from annotations.queries import judgements

T = TypeVar("T")
KEPT_SECONDS = 24 * 3600


def kept(name: str, protocol: int, counted: Callable[[], T]) -> T:
    """What `counted` gives, which must follow from the judgements and who is excluded alone. `name`: of this figure and no other."""
    key = f"kept:{vibes.__version__}:{name}:{protocol}:{judgements.fingerprint(protocol)}"
    return under(key, KEPT_SECONDS, counted)


def under(key: str, seconds: int, make: Callable[[], T]) -> T:
    """What is in the cache under the key, or what is made now and kept for so long. Without the cache it is made each time."""
    with suppress(redis.RedisError):
        found = cache.get(key)
        if found is not None:
            return cast(tuple[T], found)[0]
    made = make()
    with suppress(redis.RedisError):
        cache.set(key, (made,), seconds)
    return made

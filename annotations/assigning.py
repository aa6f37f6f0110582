"""Who is asked what next: draws, and the order of the sides. Pure; sees only counts and opaque words.

Every draw takes a passed-in generator, seeded from the session's stored seed and the place, so that a study's
dealing can be replayed from the order of requests.
"""

import hashlib
import random
from dataclasses import dataclass
from typing import Literal

Side = Literal["a", "b"]

# A rater does not meet the same prompt, or its twin, again within this many comparisons.
TOPIC_DISTANCE = 20
# Lengths of the random blocks in which a rater's left sides are balanced.
BLOCKS = (2, 4)


@dataclass(frozen=True)
class Pick:
    """An index into the candidates, and the probability with which it was drawn."""

    index: int
    probability: float


def derived_seed(*parts: object) -> int:
    """A 63-bit seed from a parent seed and names: stable across machines and Python versions."""
    words = "/".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]) >> 1


def generator(session_seed: int, place: int, attempt: int = 0) -> random.Random:
    return random.Random(derived_seed(session_seed, place, attempt))


def pick(candidates: int, rng: random.Random) -> Pick | None:
    """One of `candidates` equally covered comparisons, uniformly; None where there is none."""
    if candidates < 1:
        return None
    return Pick(rng.randrange(candidates), 1 / candidates)


def left_side(*, shown_a_left: int, shown_b_left: int, session_seed: int, place: int) -> Side:
    """Which side stands on the left.

    Within a comparison the orders stay balanced: the one shown less often is next. Where they are level, the rater's
    own order decides, balanced in random blocks over places.
    """
    if shown_a_left != shown_b_left:
        return "a" if shown_a_left < shown_b_left else "b"
    return _block_order(session_seed, place)


def _block_order(session_seed: int, place: int) -> Side:
    """The side at `place` in a sequence of shuffled blocks, each half a and half b, of random length."""
    rng = random.Random(derived_seed(session_seed, "sides"))
    start = 0
    while True:
        length = rng.choice(BLOCKS)
        block: list[Side] = ["a", "b"] * (length // 2)
        rng.shuffle(block)
        if place < start + length:
            return block[place - start]
        start += length


def canonical(on_screen: Side, left: Side) -> Side:
    """The comparison's own side for a side on the screen, where A is always the left column."""
    if on_screen == "a":
        return left
    return "b" if left == "a" else "a"


def on_screen(side: Side, left: Side) -> Side:
    """The column of a comparison's own side. Its own inverse of `canonical`."""
    return canonical(side, left)

"""Who is asked what next: draws, the places of checks, and the order of the sides. Pure; sees only counts and opaque
words.

Every draw takes a passed-in generator, seeded from the session's stored seed and the place, so that a study's
dealing can be replayed from the order of requests.
"""

import hashlib
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

Side = Literal["a", "b"]
# What a place of a session may hold in place of a comparison of the study.
Check = Literal["gold", "identical", "repeat"]

# A rater does not meet the same prompt, or its twin, again within this many comparisons.
TOPIC_DISTANCE = 20
# Of so many groups, neighbours in the random order, one is drawn; and what is read from a point on to tell its chance.
WINDOW = 16
AFTER = 2 * WINDOW - 1
# A repeat comes at least this many comparisons after the first look, where there is one so old.
REPEAT_DISTANCE = 8
# No repeat before this many comparisons, however short the session.
REPEATS_FROM = 2
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


def standing(*, seed: int, group: str) -> float:
    """Where a group stands in its protocol's random order, from 0 to 1."""
    return (derived_seed(seed, "draw", group) >> 10) / 2**53


@dataclass(frozen=True)
class Standing:
    """A group in the random order: where it stands, and its weight (above 0)."""

    at: float
    weight: float


def pick_near(after: Sequence[Standing], before: Sequence[Standing], rng: random.Random) -> Pick:
    """One of the next WINDOW equally covered groups in the random order, from a point on that was drawn uniformly; an
    index into `after`. The order is a ring: behind the last stands the first.

    `after`: the groups from that point on, `AFTER` of them, or all that there are; `before`: the WINDOW before it, the
    nearest first. The chance of a group is exact, and above 0 for each: summed over all windows that hold it, the share of
    the ring from which they begin times its share of their weight. So where weights are equal it is nearly one in all, and
    exactly so up to WINDOW groups.
    """
    size = min(WINDOW, len(after))
    window = [one.weight for one in after[:size]]
    index = rng.choices(range(size), window)[0]
    if len(after) <= WINDOW:
        return Pick(index, window[index] / sum(window))
    first = index - size  # one before the first window that holds it
    whole = len(after) < AFTER
    ring = [after[n % len(after)] if whole or n >= 0 else before[-n - 1] for n in range(first, index + size)]
    chance = sum(
        (ring[n].at - ring[n - 1].at) % 1 / sum(one.weight for one in ring[n : n + size])
        for n in range(1, size + 1)
    )
    return Pick(index, window[index] * chance)


def schedule(
    *, session_seed: int, length: int, gold: float, identical: float, repeat: float
) -> dict[int, Check]:
    """The places of a session (from 0) that hold a check, and which.

    The expected number of each is exactly rate × length: what is left of a whole number is drawn, for all three by one
    number, so that together they are never more than their sum rounded up. Golds and identical pairs fall anywhere with
    equal chance; repeats only where the first look lies far enough back, or in the second half of a short session.
    """
    rng = random.Random(derived_seed(session_seed, "checks"))
    edge, counts = rng.random(), []
    for rate in (gold, identical, repeat):
        start, edge = edge, edge + rate * length
        counts.append(floor(edge) - floor(start))
    golds, pairs, repeats = counts
    anywhere = rng.sample(range(length), min(golds + pairs, length))
    found: dict[int, Check] = {
        place: "gold" if nth < golds else "identical" for nth, place in enumerate(anywhere)
    }
    earliest = max(REPEATS_FROM, min(REPEAT_DISTANCE, length // 2))
    late = [place for place in range(earliest, length) if place not in found]
    return found | dict.fromkeys(rng.sample(late, min(repeats, len(late))), "repeat")


# How much heavier a rater's order weighs than a group's in the choice of a variant.
RATERS_WEIGHT = 2


def next_cell(
    *,
    taken: Sequence[int],
    wanted: Sequence[int],
    group_seed: int | None,
    had: Sequence[int] = (),
    rater_seed: int = 0,
    offered: Collection[int] | None = None,
) -> int:
    """Which variant of a group is dealt next: an index into the counts, of those `offered` (or all). At least one of their
    places must be left.

    The group's places stand in one shuffled order; a rater has an endless one, made of such blocks. In each the first that
    is not `taken`, or `had`, would be next. The variant is dealt of which the fewest places stand before its next one in
    both together, those of the rater's order counted twice; level ones by the group's order. Without `group_seed` the
    rater's order decides alone, and without `had` the group's. So each stretch of a group's
    dealings, and each of a rater's, holds the variants nearly in the shares in which they are wanted, and a full group holds
    them exactly. Where the last places of a group leave no choice, the rater's next ones make up for it.
    """
    nothing = dict.fromkeys(range(len(wanted)), 0)
    groups = nothing if group_seed is None else _turns(wanted, taken, group_seed)
    raters = _turns(wanted, had, rater_seed) if had else nothing
    left = [
        index
        for index, places in enumerate(wanted)
        if taken[index] < places and (offered is None or index in offered)
    ]
    if not left:
        raise ValueError("no place of this group is left")
    return min(left, key=lambda index: (groups[index] + RATERS_WEIGHT * raters[index], groups[index]))


def _turns(wanted: Sequence[int], had: Sequence[int], seed: int) -> dict[int, int]:
    """How many places of an endless order of shuffled blocks stand before the next one of each variant that is wanted."""
    rng = random.Random(derived_seed(seed, "cells"))
    block = [index for index, places in enumerate(wanted) for _ in range(places)]
    passed, found = [0] * len(wanted), dict[int, int]()
    while len(found) < len(set(block)):
        rng.shuffle(block)
        for index in block:
            if passed[index] == had[index]:
                found[index] = sum(passed)
            passed[index] += 1
    return found


def own_turn(*, session_seed: int, place: int) -> bool:
    """Whether a place of a session may hold what waits of the rater's own prompts: every other one, from the first or from
    the second on, by lot."""
    return (derived_seed(session_seed, "own prompts") + place) % 2 == 0


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


def asks_recognised(*, session_seed: int, place: int, rate: float) -> bool:
    """Whether, after the vote at this place, the rater is asked if they recognised a model."""
    return random.Random(derived_seed(session_seed, "recognised", place)).random() < rate


def canonical(on_screen: Side, left: Side) -> Side:
    """The comparison's own side for a side on the screen, where A is always the left column."""
    if on_screen == "a":
        return left
    return "b" if left == "a" else "a"


def on_screen(side: Side, left: Side) -> Side:
    """The column of a comparison's own side. Its own inverse of `canonical`."""
    return canonical(side, left)

"""Which endpoints are neighbours on the ring of a prompt."""

import random
from itertools import pairwise

from annotations.assigning import derived_seed
from vibes.models import Study

Ring = frozenset[frozenset[int]]


def endpoints_of(study: Study) -> list[int]:
    """The endpoints of all of the study's rings, in a fixed order."""
    return list(study.endpoints.order_by("pk").values_list("pk", flat=True))


def ring(study: Study, prompt: int, endpoints: list[int]) -> Ring:
    """The pairs of neighbours, in an order drawn for this prompt from the study's seed.

    Of all the study's endpoints, answered or not: a ring of those that are here would change with each answer. Two
    endpoints are one pair; three are all pairs.
    """
    order = list(endpoints)
    random.Random(derived_seed(study.seed, "ring", prompt)).shuffle(order)
    return frozenset(frozenset(pair) for pair in pairwise([*order, *order[:1]]) if len(set(pair)) == 2)

"""A cued study with raters of a planted taste, from the builder to the results, through the product's pages: a small cut of
`bench.lab`. Seeds are drawn anew each time, as for any study: what is found may lie five standard errors off, and where a smaller
cut lacks the votes for an interval that excludes 0, its sign is what is asked."""

import pytest

from bench import lab

pytestmark = pytest.mark.slow
WORLDS = {world.name: world for world in lab.WORLDS}


def off(effect: dict[str, float], true: float) -> float:
    """In standard errors."""
    return abs(effect["estimate"] - true) / effect["se"]


def test_an_additive_taste_is_found() -> None:
    told = lab.one(WORLDS["additive taste"], 1, 25, 40)
    found = told["report"]["cues"][lab.CUE]
    assert told["edits"]["approved"] > 100 and told["edits"]["pairs dealt with the cue"] > 100
    assert told["true"]["C"] > 0.08
    assert off(found["C"], told["true"]["C"]) < 5 and found["C"]["estimate"] > 0
    assert found["finding"] != "none found"


def test_a_taste_on_own_prompts_alone_is_told_from_others() -> None:
    told = lab.one(WORLDS["taste on own prompts only"], 1, 14, 40)
    own, true = told["report"]["own_prompts"][lab.CUE], told["true"]
    assert true["C on own prompts"] > 0.2 > 0.05 > abs(true["C"])
    assert off(own["own"], true["C on own prompts"]) < 5 and own["own"]["estimate"] > 0
    assert off(own["O"], true["C on own prompts"] - true["C"]) < 5

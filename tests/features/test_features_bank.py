"""The seed bank's characters, told apart by what they are written to do."""

from statistics import mean

import pytest

from vibes.features.registry import measure
from vibes.seeds.bank import CHARACTERS, load_bank

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def counts() -> dict[str, list[dict[str, float]]]:
    return {who: [measure(prompt.answers[who]) for prompt in load_bank()] for who in CHARACTERS}


def test_praise_is_a_tendency_of_the_flattering_character(counts: dict[str, list[dict[str, float]]]) -> None:
    """A tendency, not a constant: a feature that one model always has cannot be told apart from that model."""
    assert 0.5 <= mean(c["praise"] > 0 for c in counts["flattering"]) <= 0.8
    assert mean(c["praise"] for c in counts["flattering"]) >= 1.4
    for who in ("plain", "formatted", "slips"):
        assert 0.05 <= mean(c["praise"] > 0 for c in counts[who]) <= 0.3


@pytest.mark.parametrize("name", ["headers", "list_items", "bold"])
def test_formatting_is_a_tendency_too(counts: dict[str, list[dict[str, float]]], name: str) -> None:
    shares = {who: mean(c[name] > 0 for c in found) for who, found in counts.items()}
    assert 0.5 <= shares["formatted"] <= 0.9
    assert all(0.02 <= shares[who] <= 0.4 for who in ("plain", "flattering", "slips"))


def test_the_formatting_character_formats(counts: dict[str, list[dict[str, float]]]) -> None:
    for name in ("headers", "list_items", "bold", "emoji"):
        assert mean(c[name] for c in counts["formatted"]) > 4 * mean(c[name] for c in counts["plain"]) + 1

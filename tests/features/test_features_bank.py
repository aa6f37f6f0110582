"""The seed bank's characters, told apart by what they are written to do."""

from statistics import mean

import pytest

from vibes.features.registry import measure
from vibes.seeds.bank import CHARACTERS, load_bank


@pytest.fixture(scope="module")
def counts() -> dict[str, list[dict[str, float]]]:
    return {who: [measure(prompt.answers[who]) for prompt in load_bank()] for who in CHARACTERS}


def test_the_flattering_character_praises_and_the_others_do_not(
    counts: dict[str, list[dict[str, float]]],
) -> None:
    assert mean(c["praise"] > 0 for c in counts["flattering"]) >= 0.9
    assert mean(c["praise"] for c in counts["flattering"]) >= 2.0
    for who in ("plain", "formatted", "slips"):
        assert mean(c["praise"] for c in counts[who]) <= 0.1


def test_the_formatting_character_formats(counts: dict[str, list[dict[str, float]]]) -> None:
    for name in ("headers", "list_items", "bold", "emoji"):
        assert mean(c[name] for c in counts["formatted"]) > 4 * mean(c[name] for c in counts["plain"]) + 1

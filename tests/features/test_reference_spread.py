"""The reference SDs, measured again: they are constants of the features' versions, and these are their data."""

import numpy as np
import pytest

from vibes.features.registry import FEATURES, measure

pytestmark = pytest.mark.slow

ABSENT = {"tables", "links", "praise", "praise_openers", "agreement", "validation"}


@pytest.fixture(scope="module")
def spreads(real_pairs: list[tuple[str, str]], real_answers: list[str]) -> dict[str, float]:
    counted = {text: measure(text) for text in real_answers}
    return {
        name: spread(np.array([[counted[t][name] for t in pair] for pair in real_pairs])) for name in FEATURES
    }


def spread(counts: np.ndarray) -> float:
    total = counts.sum(axis=1)
    x = np.divide(counts[:, 0] - counts[:, 1], total, out=np.zeros(len(counts)), where=total > 0)
    return float(np.sqrt(np.mean(x**2)))


@pytest.mark.parametrize("name", sorted(set(FEATURES) - ABSENT))
def test_the_reference_is_the_measured_spread(name: str, spreads: dict[str, float]) -> None:
    assert spreads[name] == pytest.approx(FEATURES[name].reference_sd, abs=0.0011)


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_what_the_data_do_not_hold_has_the_reference_one(name: str, spreads: dict[str, float]) -> None:
    assert spreads[name] == 0.0
    assert FEATURES[name].reference_sd == 1.0

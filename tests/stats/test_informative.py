"""What one more vote on a pair would tell: against a fit that has it, and under exchange."""

import numpy as np
import pytest

from vibes.stats.half import fit_half
from vibes.stats.informative import gains
from vibes.stats.prior import VirtualVotes
from vibes.stats.votes import Votes


def votes(table: dict[tuple[int, int], tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    return [
        (a, b, level, n)
        for (a, b), both in table.items()
        for level, n in zip((1, -1), both, strict=True)
        if n
    ]


def test_close_pairs_and_unknown_ones_tell_most() -> None:
    found = gains(votes({(0, 1): (50, 50), (1, 2): (95, 5), (0, 2): (95, 5)}), 4)
    assert found[0, 1] > found[0, 2] == pytest.approx(found[1, 2])
    # Nobody has voted on the last one.
    assert found[0, 3] > 5 * found[0, 1]
    # As many votes on each: the close one tells more.
    even = gains(votes({(0, 1): (50, 50), (1, 2): (95, 5)}), 3)
    assert even[0, 1] > 2 * even[1, 2]


def test_the_drop_is_that_of_a_fit_with_one_more_vote() -> None:
    """To first order: the fit's own strengths stay, its information grows."""
    table = {(0, 1): (120, 90), (1, 2): (70, 110), (0, 2): (60, 60)}
    a, b, level, n = (np.array(column) for column in zip(*votes(table), strict=True))
    nobody = np.zeros(len(n), dtype=np.int64)
    fit = fit_half(
        Votes(a, b, 3, level, nobody, 1, n.astype(float), np.zeros((len(n), 0)), ()), prior=VirtualVotes()
    )
    p = 1 / (1 + np.exp(fit.strengths[1] - fit.strengths[0]))
    both = np.array([1.0, -1.0, 0.0])
    after = np.linalg.inv(np.linalg.inv(fit.bread) + p * (1 - p) * np.outer(both, both))
    drop = (p * (1 - p)) ** 2 * (both @ (fit.bread - after) @ both)
    assert gains(votes(table), 3)[0, 1] == pytest.approx(drop)


def test_the_order_of_sides_and_of_models_moves_nothing() -> None:
    table = {(0, 1): (12, 9), (1, 2): (7, 11), (0, 2): (6, 1)}
    found = gains(votes(table), 3)
    swapped = gains([(b, a, -level, n) for a, b, level, n in votes(table)], 3)
    turned = gains([(2 - a, 2 - b, level, n) for a, b, level, n in votes(table)], 3)
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(found, swapped, rtol=1e-6)
    np.testing.assert_allclose(found, turned[::-1, ::-1], rtol=1e-6)
    assert (np.diag(found) == 0).all() and (found >= 0).all()

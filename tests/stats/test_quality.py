"""Quality by others: who is left out, how reliable they are, and what that does to them."""

import numpy as np
import pytest

from tests.stats.quality_worlds import Rated, draw
from vibes.stats.frames import JudgementFrame
from vibes.stats.quality import KEY, RATED, cells, gap, others, reliability


def frame_of(rows):
    """Rows of (rater, model_a, model_b, quality_a, quality_b, weight); one prompt."""
    rater, a, b, quality_a, quality_b, weight = (list(column) for column in zip(*rows, strict=True))
    return JudgementFrame.from_columns(
        {
            "prompt_id": ["p"] * len(rows),
            "rater": rater,
            "model_a": a,
            "model_b": b,
            "verdict": ["a"] * len(rows),
            "quality_a": quality_a,
            "quality_b": quality_b,
            "weight": weight,
        }
    )


FRAME = frame_of(
    [
        ("ann", "x", "y", 4, 2, 1.0),
        ("ben", "y", "x", 3, 4, 1.0),
        ("cat", "x", "y", 5, 1, 2.0),
        ("cat", "y", "x", 1, 3, 2.0),
        ("dan", "x", "y", None, None, 1.0),
        ("ann", "x", "z", 2, 2, 1.0),
    ]
)


def test_the_mean_of_the_others_leaves_out_every_row_of_the_own_rater():
    rated = gap(FRAME, RATED)
    found = others(cells(FRAME, rated), FRAME)
    cat = (2.0 * 4.0 + 2.0 * 2.0) / 4.0
    ann = (1.0 * 1.0 + 4.0 * cat) / 5.0
    assert found.mean[:5] == pytest.approx(
        [ann, -(2.0 + 4.0 * cat) / 5.0, 1.5, -1.5, (2.0 + 1.0 + 4.0 * cat) / 6.0]
    )
    assert np.isnan(found.mean[5])
    assert found.size == pytest.approx([25.0 / 17.0, 25.0 / 17.0, 2.0, 2.0, 36.0 / 18.0, 0.0])


def test_quality_without_columns_or_cells_is_unknown():
    assert np.isnan(gap(FRAME, KEY)).all()
    assert np.isnan(gap(FRAME, RATED)[4])


def test_reliability_is_the_planted_one():
    world = Rated(pairs=3000, noise=1.0, raters=200)
    drawn = draw(world, 0)
    frame = drawn.frame()
    found = reliability(cells(frame, gap(frame, RATED)))
    spread = float(np.var(drawn.quality))
    assert found.single == pytest.approx(spread / (spread + 1.0), abs=0.03)
    assert found.signal == pytest.approx(spread, rel=0.07)


def test_without_two_raters_on_a_pair_there_is_no_reliability():
    lone = frame_of([("ann", "x", "y", 4, 2, 1.0), ("ben", "x", "z", 3, 4, 1.0)])
    found = reliability(cells(lone, gap(lone, RATED)))
    assert (found.signal, found.pairs, found.single) == (0.0, 0.0, 0.0)
    nobody = reliability(cells(lone, np.full(2, np.nan)))
    assert (nobody.signal, nobody.noise, nobody.single) == (0.0, 0.0, 0.0)


def test_shrinkage_grows_with_the_others_and_is_0_without():
    world = draw(Rated(pairs=300), 1)
    frame = world.frame()
    found = cells(frame, gap(frame, RATED))
    how_sure, by_others = reliability(found), others(found, frame)
    lam = by_others.shrinkage(how_sure)
    assert lam == pytest.approx(how_sure.signal / (how_sure.signal + how_sure.noise / by_others.size))
    assert others(cells(FRAME, gap(FRAME, RATED)), FRAME).shrinkage(how_sure)[5] == 0.0


def test_twice_the_rows_at_half_weight_are_the_same_ratings():
    drawn = draw(Rated(pairs=60), 2)
    frame = drawn.frame()
    doubled = {name: list(column) * 2 for name, column in drawn.columns.items()} | {"weight": [0.5] * 480}
    twice = JudgementFrame.from_columns(doubled)
    one, two = (cells(each, gap(each, RATED)) for each in (frame, twice))
    assert reliability(two).signal == pytest.approx(reliability(one).signal)
    np.testing.assert_allclose(others(two, twice).mean[:240], others(one, frame).mean)

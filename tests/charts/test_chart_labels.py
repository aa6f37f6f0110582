from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.charts import labels


def test_labels_that_do_not_meet_stay_where_they_are() -> None:
    assert labels.apart([1, 5, 9], 2, 0, 10) == [1, 5, 9]
    assert labels.apart([], 2, 0, 10) == []
    assert labels.apart([3], 2, 0, 10) == [3]


def test_two_that_meet_part_evenly_in_either_order() -> None:
    assert labels.apart([5, 5.5], 2, 0, 10) == pytest.approx([4.25, 6.25])
    assert labels.apart([5.5, 5], 2, 0, 10) == pytest.approx([6.25, 4.25])


def test_labels_that_do_not_fit_stand_evenly() -> None:
    assert labels.apart([5] * 5, 4, 0, 8) == pytest.approx([0, 2, 4, 6, 8])


@pytest.mark.slow
@given(st.lists(st.floats(-50, 50), max_size=20), st.floats(0.1, 5))
def test_every_label_keeps_its_distance_and_its_order(wanted: list[float], gap: float) -> None:
    found = labels.apart(wanted, gap, -60, 60)
    room = min(gap, 120 / max(1, len(wanted) - 1))
    placed = sorted(found)
    assert all(after - before >= room - 1e-9 for before, after in pairwise(placed))
    assert all(-60 - 1e-9 <= one <= 60 + 1e-9 for one in found)
    for one, place in zip(wanted, found, strict=True):
        for other, against in zip(wanted, found, strict=True):
            assert one >= other or place < against

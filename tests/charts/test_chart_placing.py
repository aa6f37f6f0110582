import pytest

from vibes.charts import amounts, multiples
from vibes.charts.placing import Box, even, place

SIZE = (200.0, 100.0)


def test_a_name_stands_right_of_its_mark_or_where_there_is_room() -> None:
    free = place((50.0, 50.0), 10, 60, [], SIZE)
    assert free and free.box == Box(60, 42, 120, 58) and free.anchored["xanchor"] == "left"
    left = place((150.0, 50.0), 10, 60, [], SIZE)
    assert left and left.anchored["xanchor"] == "right"
    above = place((50.0, 50.0), 10, 60, [Box(60, 40, 70, 60)], SIZE)
    assert above and above.anchored["yanchor"] == "bottom"
    assert place((50.0, 50.0), 10, 60, [Box(0, 0, 200, 100)], SIZE) is None
    assert place((50.0, 50.0), 10, 300, [], SIZE) is None


@pytest.mark.parametrize(
    ("ends", "about", "ticks"),
    [((0.0, 1.0), 4, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]), ((903.0, 1112.0), 4, [950.0, 1000.0, 1050.0, 1100.0]), ((1.0, 1.0), 4, [])],
)  # fmt: skip
def test_ticks_are_round(ends: tuple[float, float], about: int, ticks: list[float]) -> None:
    assert even(*ends, about) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1250.4, "1,250"), (12.5, "12.5"), (0.1254, "0.125"), (-3.0, "−3"), (0.0, "0"), (0.000594, "0.000594"), (float("inf"), "—"), (100.0, "100"), (1e-12, "0")],
)  # fmt: skip
def test_amounts_have_three_digits(value: float, text: str) -> None:
    assert amounts.amount(value) == text


def test_amounts_with_a_sign_and_whole_ones() -> None:
    assert (amounts.signed(2.0), amounts.signed(-2.0), amounts.signed(0.0)) == ("+2", "−2", "0")
    assert (amounts.whole(812.4), amounts.whole(0.5)) == ("812", "0.5")


def test_panels_fill_their_columns_from_the_top() -> None:
    inner = multiples.height(5, 3, 100)
    found = multiples.slots(5, 3, 100, inner)
    assert inner == 200
    assert [slot.top for slot in found] == [200, 200, 200, 100, 100]
    assert found[0].columns[0] == 0 and found[2].columns[1] == pytest.approx(1)
    assert found[3].rows(20, 60) == pytest.approx((0.1, 0.4))

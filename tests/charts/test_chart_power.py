from typing import Any

import pytest
from sample_parts import need, needs
from sample_report import HOSTILE, empty, full, many, older

from vibes.charts import power as chart

HALF = "probability above ½"


def marks(made: Any) -> list[tuple[float, float]]:
    drawn = chart.figure(made, "run 1", "light", "wide").data
    return [(trace.y[0], trace.x[0]) for trace in drawn if getattr(trace, "mode", "") == "markers"]


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (needs(), "Enough votes for C of +8.0 points and T0 of +0.20 log-odds; T2 of +0.50 log-odds needs 9,400 more, T1 of +12.0 points 310 more"),
        (needs()[:1], "Enough votes for C of +8.0 points"),
        ([need("T2", 0.5, "log-odds", 90, 1)], "T2 of +0.50 log-odds needs 1 more"),
        ([need("O", 0.05, HALF, 40, None)], "These data cannot say yet how many votes are needed"),
        ([need("a", 0.05, HALF, 9, 0), need("O", 0.05, HALF, 40, None)], "Enough votes for a of +5.0 points; for the others it is not known yet"),
    ],
)  # fmt: skip
def test_the_title_says_what_is_answered_and_what_lacks_most(found: Any, title: str) -> None:
    assert chart.info(full(power=found)).title.replace("\xa0", " ") == title


def test_marks_stand_at_votes_now_and_votes_needed() -> None:
    assert marks(full(power=needs()[1:4])) == [(0, 1012), (0, 702), (1, 11504), (1, 2104), (2, 402)]
    drawn = chart.figure(full(power=needs()), "run 1", "light", "wide")
    assert drawn.layout.xaxis.type == "log"
    assert drawn.layout.xaxis.range == pytest.approx((1.95, 5.05))


def test_what_is_not_known_is_hatched_from_the_votes_on() -> None:
    drawn = chart.figure(full(), "run 1", "dark", "narrow")
    bar = next(trace for trace in drawn.data if trace.type == "bar")
    assert (bar.base[0], bar.base[0] + bar.x[0]) == pytest.approx((402, 100_000))
    assert "these data cannot say" in bar.hovertext[0].replace("<br>", " ")


def test_a_row_without_votes_has_only_its_aim() -> None:
    assert marks(full(power=[need("C", 0.08, HALF, 0, 900)])) == [(0, 900)]
    assert chart.figure(full(power=[need("C", 0.08, HALF, 0, 0)]), "run 1").layout.height > 0


def test_a_star_is_a_star() -> None:
    assert chart.info(full(power=[need("T1a_star", 0.3, "log-odds", 9, 0)])).lines[0].key == "T1a*"


def test_a_long_name_gives_way_and_the_size_stays() -> None:
    drawn = chart.figure(full(power=[need(HOSTILE, 0.05, HALF, 10, 5)]), "run 1", "light", "narrow")
    words = [note.text for note in drawn.layout.annotations]
    assert any(word.endswith(" of +5.0\xa0points") and "&lt;" in word for word in words)
    assert not any("<script" in word or "<img" in word for word in words)


def test_the_table_has_the_stated_size_and_the_design_effect() -> None:
    rows = [[cell.text.replace("\xa0", " ") for cell in row] for row in chart.table(full()).rows]
    assert rows[2] == ["T2", "+0.50 log-odds", "2,104", "9,400", "1.9"]
    assert rows[3] == ["O", "+5.0 points", "402", "not known yet", "—"]


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_a_need(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

"""The win figure: the parts of a lead in their colours, a title for each state, and the lead itself in the table."""

from typing import Any

import pytest
from sample_effects import effect
from sample_report import empty, full, older

from vibes.charts import win
from vibes.charts.theme import colour


def found(**parts: Any) -> Any:
    made = full()
    made["displacement"]["win"] |= parts
    return made


def unknown() -> Any:
    return effect(None, state="not_identified", unit="share", note="the interval holds 0")


def test_parts_come_in_order_with_the_colour_of_their_meaning():
    told = win.info(full())
    assert [part.key for part in told.parts] == ["rest", "formatting", "sycophancy"]
    assert [part.dot.colour for part in told.parts] == ["quality", "formatting", "sycophancy"]
    assert (
        told.title
        == "Of the lead of \u201cmodel-00\u201d, length and formatting explain 31\u00a0% and flattery explains 24\u00a0%"
    )
    assert "120 Elo-like points" in told.subtitle


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"formatting": effect(0.1, 0.3, unit="share"), "sycophancy": effect(0.1, 0.3, unit="share")},
            "Neither",
        ),
        (dict.fromkeys(("rest", "formatting", "sycophancy"), unknown()), "cannot be told yet"),
        ({"formatting": unknown()}, "flattery explains 24"),
        ({"formatting": unknown(), "sycophancy": unknown()}, "was not measured"),
    ],
)
def test_the_title_says_what_is_known(parts, said):
    assert said in win.info(found(**parts)).title


def test_it_is_drawn_where_there_is_a_win_alone():
    assert win.drawn(full())
    assert not win.drawn(full(1))
    assert not win.drawn(empty())
    assert not win.drawn(older())


def test_the_figure_has_a_mark_a_part_and_the_table_the_lead():
    figure = win.figure(full(), "run 1")
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [mark.x[0] for mark in marks] == pytest.approx([45, 31, 24])
    assert marks[0].marker.line.color == colour("quality", "light")
    rows = win.table(full())
    assert rows.rows[-1][0].text == "The lead itself, in points"
    assert rows.raw[-1][1] == 120

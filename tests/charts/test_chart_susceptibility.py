import json
from typing import Any

import pytest
from sample_many import raters, tone
from sample_report import empty, full, many, older

from vibes.charts import susceptibility as chart
from vibes.charts import theme


def found(count: int, **changed: Any) -> Any:
    return full(raters_detail=raters(count, **changed))


def slopes(*values: tuple[float, float], of: str = "tone", kind: str = "randomised") -> Any:
    made = raters(len(values))
    for row, (size, half) in zip(made, values, strict=True):
        row["susceptibility"] |= {"estimate": size, "low": size - half, "high": size + half, "kind": kind}
    return full(raters_detail=made, susceptibility=tone() | {"of": of, "kind": kind})


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (slopes((0.5, 0.1), (0.4, 0.1), (0.1, 0.2)), "2 of 3 raters are surely drawn to flattery"),
        (slopes((0.5, 0.1), (-0.4, 0.1)), "1 of 2 raters is surely drawn to flattery, 1 surely away from it"),
        (slopes((0.1, 0.2), (0.0, 0.2)), "None of 2 raters is surely drawn to flattery"),
        (slopes((0.1, 0.2)), "The one rater is not surely drawn to flattery"),
        (slopes((0.5, 0.2), kind="observational"), "1 of 1 rater is surely drawn to flattery; nothing was randomised"),
        (slopes((0.5, 0.2), of="praise_opener"), "1 of 1 rater is surely drawn to “praise opener”"),
        (found(3, known=False), "Not enough yet to say which raters are drawn to “praise opener”"),
    ],
)  # fmt: skip
def test_the_title_counts_those_whose_interval_excludes_zero(made: Any, title: str) -> None:
    assert chart.info(made).title == title


def test_raters_stand_in_order_the_most_drawn_at_the_top() -> None:
    drawn = chart.figure(found(12), "run 1", "light", "wide")
    told = chart.info(found(12))
    sizes = [one.values[0] for one in told.pulls]
    assert sizes == sorted(sizes)
    assert drawn.layout.yaxis.ticktext[0].startswith(told.pulls[-1].name)
    assert drawn.layout.yaxis.range == (11.5, -0.5)


def test_colour_marks_those_that_are_told_from_zero() -> None:
    marks = [
        trace for trace in chart.figure(found(12), "run 1", "light", "wide").data if trace.mode == "markers"
    ]
    grey, orange = theme.colour("ink-3", "light"), theme.colour("sycophancy", "light")
    assert [trace.marker.line.color for trace in marks] == [grey, orange]
    told = sum(one.told for one in chart.info(found(12)).pulls)
    assert (len(marks[0].x), len(marks[1].x)) == (12 - told, told)


def test_the_mean_is_a_band_with_its_numbers_and_the_spread() -> None:
    drawn = chart.figure(found(12), "run 1", "light", "wide")
    band = next(shape for shape in drawn.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == pytest.approx((0.19, 0.43))
    assert "mean +0.31 (0.19 to 0.43) over 2,104 votes, SD between raters 0.24" in [
        note.text for note in drawn.layout.annotations
    ]


@pytest.mark.slow
def test_two_thousand_raters_are_thinned_both_ends_kept_and_it_is_said() -> None:
    made = found(2000)
    drawn, told = chart.figure(made, "run 1", "light", "wide"), chart.info(made)
    marks = [trace for trace in drawn.data if trace.mode == "markers"]
    every = [value for trace in marks for value in trace.x]
    assert len(every) == 160 and drawn.layout.height < 800
    assert {min(every), max(every)} == {told.pulls[0].values[0], told.pulls[-1].values[0]}
    assert any("160 of 2,000 raters are drawn" in note.text for note in drawn.layout.annotations)
    assert len(json.dumps(drawn.to_plotly_json(), default=list)) < 100_000
    table = chart.table(made)
    assert len(table.rows) == 202 and table.rows[-1][0].text == "1,800 more are in the CSV"
    assert len(table.raw) == 2002


def test_raters_without_an_interval_are_counted_and_in_the_table() -> None:
    made = found(6)
    made["raters_detail"][2]["susceptibility"] |= {"state": "not_enough", "low": None, "high": None}
    assert len(chart.info(made).pulls) == 5
    assert "1 rater without an interval: in the table." in chart.info(made).notes
    assert len(chart.table(made).rows) == 7


def test_without_any_interval_one_hatched_band_says_why() -> None:
    drawn = chart.figure(found(6, known=False), "run 1", "dark", "narrow")
    bars = [trace for trace in drawn.data if trace.type == "bar"]
    assert len(bars) == 1 and "effective raters" in bars[0].hovertext[0]


def test_the_hover_says_a_sentence() -> None:
    told = chart.info(slopes((0.5, 0.1))).pulls[0].hover.replace("\xa0", " ")
    assert told == "w0000: drawn to it, +0.50 log-odds, 95 % interval 0.40 to 0.60, 20 votes."


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_slopes(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

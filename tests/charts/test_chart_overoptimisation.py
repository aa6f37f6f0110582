import json
from typing import Any

import numpy as np
import pytest
from sample_many import climb, climbs, names
from sample_report import empty, full, many, older

from vibes.charts import overoptimisation as chart
from vibes.charts import theme


def found(*rows: Any) -> Any:
    return full(overoptimisation=list(rows))


def lines(made: Any, colour: str, shape: Any = "wide") -> Any:
    drawn = chart.figure(made, "run 1", "light", shape).data
    return [
        trace
        for trace in drawn
        if trace.mode == "lines" and trace.line.color == theme.colour(colour, "light")
    ]


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (found(climb("a")), "Past d = 1.25 a higher score means worse answers from a"),
        (found(climb("a"), climb("b", 0.5), climb("c", 0.1)), "In 2 of 3 models a higher score means worse answers past a point; first in b, at d = 0.90"),
        (found(climb("a", 0.1)), "No turn of quality is seen in a as far as the score was climbed"),
        (found(climb("a", 0.1), climb("b", 0.0)), "No turn of quality is seen in any of 2 models as far as the score was climbed"),
        (found(climb("a", known=False)), "Not enough yet to say whether optimising the score goes too far"),
    ],
)  # fmt: skip
def test_the_title_says_where_quality_turns(made: Any, title: str) -> None:
    assert chart.info(made).title == title


def test_both_forms_are_drawn_as_they_were_fitted() -> None:
    told = chart.info(found(climb("a"))).climbs[0]
    (first, line), (second, other) = told.fits
    assert (first["form"], second["form"]) == ("best_of_n", "rl")
    d, value = np.array(line).T
    np.testing.assert_allclose(value, d * (0.9 - 0.36 * d), atol=1e-12)
    alpha, beta = (second[name]["estimate"] or 0.0 for name in ("alpha", "beta"))
    d, value = np.array(other)[1:].T
    np.testing.assert_allclose(value, d * (alpha - beta * np.log(d)), atol=1e-12)
    drawn = chart.figure(found(climb("a")), "run 1", "light", "wide")
    assert [trace.line.dash for trace in drawn.data[:2]] == [None, "dash"]


def test_the_turn_is_a_line_on_its_interval_through_all_strips() -> None:
    drawn = chart.figure(found(climb("a")), "run 1", "light", "wide")
    band = next(shape for shape in drawn.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == pytest.approx((1.05, 1.45))
    assert band.y1 - band.y0 > 0.6
    assert any(shape.x0 == shape.x1 == pytest.approx(1.25) for shape in drawn.layout.shapes)
    assert any(note.text == "turns at d = 1.25 (1.05 to 1.45)" for note in drawn.layout.annotations)


def test_the_band_ends_with_the_last_strip_of_its_panel() -> None:
    bare = climb("b")
    for ratio in bare["curve"]:
        ratio["others"] = {}
    drawn = chart.figure(found(climb("a"), bare), "run 1", "light", "wide")
    full_band, short_band = (shape for shape in drawn.layout.shapes if shape.type == "rect")
    assert short_band.y1 - short_band.y0 < full_band.y1 - full_band.y0
    assert short_band.y0 == pytest.approx(drawn.layout.yaxis7.domain[0])


def test_without_a_turn_none_is_drawn_and_it_is_said() -> None:
    drawn = chart.figure(found(climb("a", 0.1)), "run 1", "light", "wide")
    assert not any(shape.type == "rect" for shape in drawn.layout.shapes)
    assert any("no turn seen" in note.text for note in drawn.layout.annotations)


def test_other_quantities_are_thin_lines_in_the_colour_of_their_meaning() -> None:
    made = found(climb("a"))
    assert len(lines(made, "sycophancy")) == len(lines(made, "length")) == len(lines(made, "ink")) == 1
    words = [note.text for note in chart.figure(made, "run 1", "light", "wide").layout.annotations]
    assert "score +4.28" in words and "sycophancy +0.713" in words and "visible tokens +571" in words


def test_a_series_of_checkpoints_goes_by_distance_alone() -> None:
    made = found(climb("run", series=True))
    drawn = chart.figure(made, "run 1", "light", "wide")
    assert not any("n " in text for text in drawn.layout.xaxis.ticktext)
    assert {row[1].text for row in chart.table(made).rows[2:]} == {"checkpoint"}
    assert "training goes on" in chart.info(made).subtitle
    ticks = chart.figure(found(climb("a")), "run 1", "light", "wide").layout.xaxis.ticktext
    assert (ticks[0], ticks[1]) == ("d = 0<br>n 1", "0.4<br>n 2")


def test_a_panel_without_intervals_is_hatched_with_the_reason() -> None:
    drawn = chart.figure(found(climb("a", known=False)), "run 1", "dark", "narrow")
    assert sum(trace.type == "bar" for trace in drawn.data) == 1
    assert any("6<br>prompts" in note.text or "6 prompts" in note.text for note in drawn.layout.annotations)


@pytest.mark.slow
def test_many_models_have_a_panel_each_up_to_twelve() -> None:
    made = full(overoptimisation=climbs(names(60)))
    drawn = chart.figure(made, "run 1", "light", "wide")
    assert any("12 of 60 models are drawn" in note.text for note in drawn.layout.annotations)
    assert drawn.layout.height < 2200
    assert len(json.dumps(drawn.to_plotly_json(), default=list)) < 200_000
    table = chart.table(made)
    assert len(table.rows) == 201 and len(table.raw) == 60 * 14


def test_no_more_strips_than_there_is_room_for() -> None:
    row = climb("a")
    for ratio in row["curve"]:
        ratio["others"] = {f"quantity {place}": 0.1 for place in range(9)}
    drawn = chart.figure(found(row), "run 1", "light", "wide")
    assert sum(note.text.startswith("quantity") for note in drawn.layout.annotations) == 3
    assert chart.table(found(row)).raw[-1][-1].count("quantity") == 9  # type: ignore[union-attr]


def test_the_hover_says_a_sentence() -> None:
    told = chart.info(found(climb("a"))).climbs[0].steps[5].hover.replace("\xa0", " ")
    assert told == "Best of 8 at d = 1.10: gold +0.554, 95 % interval 0.459 to 0.649; score +2.63."


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_samples(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

import json
from typing import Any

import pytest
from sample_effects import not_enough
from sample_many import effort, efforts, names
from sample_report import empty, full, many, older

from vibes.charts import effort as chart


def found(*rows: Any) -> Any:
    return full(effort=list(rows))


def calm(model: str, place: int = 0) -> Any:
    return effort(model, place, 30) | {"overthinks": False}


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (found(calm("a"), calm("b", 3) | {"overthinks": True}), "b overthinks: more than twice the tokens of the others on prompts everyone gets right"),
        (found(calm("a"), *(calm(name) | {"overthinks": True} for name in "bc")), "b and c overthink: more than twice the tokens of the others on prompts everyone gets right"),
        (full(effort=efforts(names(60))), "9 of 60 models overthink: more than twice the tokens of the others on prompts everyone gets right"),
        (found(calm("a"), calm("b", 5)), "No model overthinks by the rule; b spends the largest share on prompts everyone gets right, 24 %"),
        (found(calm("a")), "a spends 18 % of its tokens on prompts everyone gets right"),
        (found(calm("a") | {"easy_share": not_enough()}), "Not enough yet to say how much effort goes into prompts everyone gets right"),
    ],
)  # fmt: skip
def test_the_title_says_who_overthinks(made: Any, title: str) -> None:
    assert chart.info(made).title.replace("\xa0", " ") == title


def test_the_rows_give_the_share_and_mark_who_overthinks() -> None:
    words = {
        note.text: note
        for note in chart.figure(full(effort=efforts(names(5))), "run 1", "light", "wide").layout.annotations
    }
    assert words["21\xa0% (16 to 26), overthinks"].font.weight == 600
    assert words["18\xa0% (13 to 23)"].font.weight is None
    assert "overthinks: over twice the others" in words


def test_panels_share_their_axis_and_tell_reasoning_from_visible_tokens() -> None:
    drawn = chart.figure(full(effort=efforts(names(5))), "run 1", "light", "wide")
    ranges = {drawn.layout[f"yaxis{number}"].range for number in range(2, 7)}
    assert len(ranges) == 1 and drawn.layout.yaxis2.type == "log"
    marks = [trace for trace in drawn.data if trace.mode == "markers" and trace.xaxis != "x"]
    assert [trace.marker.symbol for trace in marks].count("diamond-open") == 4
    assert [trace.marker.symbol for trace in marks].count("circle") == 5
    assert any(note.text == "reports no reasoning tokens" for note in drawn.layout.annotations)


def test_no_tokens_at_all_keep_the_axis_even() -> None:
    made = calm("a")
    made["points"][0]["visible_tokens"] = 0.0
    assert chart.figure(found(made), "run 1", "light", "wide").layout.yaxis2.type != "log"


@pytest.mark.slow
def test_many_models_have_a_row_and_twelve_a_panel_and_it_is_said() -> None:
    made = full(effort=efforts(names(60), 300))
    drawn = chart.figure(made, "run 1", "light", "wide")
    below = [
        note.text.replace("<br>", " ")
        for note in drawn.layout.annotations
        if "the table has all" in note.text.replace("<br>", " ")
    ]
    assert below == [
        "12 panels for 60 models; the table has all. Up to 120 of 300 prompts a panel are drawn, at even steps of their difficulty."
    ]
    assert len([trace for trace in drawn.data if trace.mode == "markers" and trace.xaxis == "x"]) == 60
    assert len(json.dumps(drawn.to_plotly_json(), default=list)) < 400_000
    phone = chart.figure(made, "run 1", "light", "narrow")
    assert any(
        "15 rows and 6 panels for 60 models" in note.text.replace("<br>", " ")
        for note in phone.layout.annotations
    )


def test_a_share_without_an_interval_is_hatched() -> None:
    drawn = chart.figure(
        found(calm("a") | {"easy_share": not_enough()}, calm("b")), "run 1", "light", "narrow"
    )
    assert sum(trace.type == "bar" for trace in drawn.data) == 1


def test_models_without_points_have_a_row_alone() -> None:
    drawn = chart.figure(found(calm("a") | {"points": []}), "run 1", "light", "wide")
    assert drawn.layout.height < 120


def test_the_table_has_tokens_share_and_slope() -> None:
    table = chart.table(found(calm("a"), calm("b", 1)))
    rows = [[cell.text.replace("\xa0", " ") for cell in row] for row in table.rows]
    assert rows[1] == ["a", "420", "900", "18 % (13 to 23)", "+2,400 (+1,800 to +3,000)", "30", "no"]
    assert rows[0][2] == "not reported"
    assert len(table.raw[0]) == len(table.raw_names)


def test_the_hover_says_the_rule_with_its_figures() -> None:
    told = chart.info(full(effort=efforts(names(5))))
    over = next(one for one in told.spendings if one.overthinks)
    assert "here 3.1 times [2.4, 3.9] on 19 prompts." in over.hover


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_samples(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

import csv
import io
from typing import Any

import plotly.graph_objects as go
import pytest
from sample_report import HOSTILE, empty, many, not_rated, report, row

from vibes.charts import leaderboard

TITLES: list[tuple[list[Any], str]] = [
    ([], "No model is rated yet after 6,930 judgements"),
    ([row("a", 1000)], "Only a is rated so far: there is nothing to compare it with"),
    ([row("a", 1017), row("b", 983, ranks=(2, 2))], "a is ahead of b"),
    ([row("b", 983, ranks=(1, 2)), row("a", 1017, ranks=(1, 2))], "a is ahead, but not told apart from b"),
    ([row("a", 1030), row("b", 1000, ranks=(2, 3)), row("c", 970, ranks=(2, 3))], "a is ahead of all 2 other models"),
    ([row(name, 1000 - place, ranks=(1, 6)) for place, name in enumerate("abcdef")], "a is ahead, but not told apart from 5 other models"),
    ([row("a", 1010, rank_low=None, rank_high=None), row("b", 990)], "a is ahead, but not told apart from b"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "title"), TITLES)
def test_the_title_claims_no_more_than_the_rank_sets(rows: list[Any], title: str) -> None:
    assert leaderboard.info(report(rows)).title == title


def test_no_judgements_have_their_own_title() -> None:
    assert leaderboard.info(empty()).title == "No judgements yet: the board appears with the first ones"


def test_controlling_style_can_change_first_place() -> None:
    plain = [row("a", 1030), row("b", 970, ranks=(2, 2))]
    style = [row("a", 990, ranks=(1, 2)), row("b", 1010, ranks=(1, 2))]
    told = leaderboard.info(report(plain, style))
    assert told.title == "a is ahead of b"
    assert told.controlled == "With length and formatting controlled, b is ahead, but not told apart from a."
    same = leaderboard.info(report(plain, plain))
    assert same.controlled == "With length and formatting controlled, a stays ahead of b."


def test_models_without_a_rating_are_named_and_have_no_number() -> None:
    told = leaderboard.info(
        report(
            [row("a", 1000), not_rated("new", 12), row("thin", 1400, low=None, high=None, state="not_enough")]
        )
    )
    assert [line.name for line in told.rated] == ["a"]
    assert [(line.name, line.waiting) for line in told.waiting] == [
        ("new", "not rated: 12 of 30 votes"),
        ("thin", "not enough yet: 412 judgements so far"),
    ]
    printed = leaderboard.figure(report([row("a", 1000), not_rated("new", 12)]), "run 1").to_json()
    assert "not rated: 12 of 30 votes" in printed


def test_the_hover_says_a_sentence() -> None:
    told = leaderboard.info(report([row("gpt-x", 1034, 24, (1, 3))]))
    assert (
        told.rated[0].standings[0].hover
        == "gpt-x stands at 1034, 95 % interval 1010 to 1058. Place 1–3. 412 judgements."
    )


def test_marks_stand_at_their_strengths_in_order() -> None:
    drawn = leaderboard.figure(many(5), "run 1")
    marks = [trace for trace in drawn.data if getattr(trace, "mode", "") == "markers"]
    assert [list(trace.x) for trace in marks] == [[1120, 1060, 1000, 940, 880], [1090, 1045, 1000, 955, 910]]
    assert all(list(trace.y) == sorted(trace.y) for trace in marks)
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]


def test_intervals_are_drawn_from_low_to_high() -> None:
    drawn = leaderboard.figure(report([row("a", 1000, 24)]), "run 1")
    pale, near = (trace for trace in drawn.data if getattr(trace, "mode", "") == "lines")
    assert (list(pale.x), list(near.x)) == ([964, 1036, None], [976, 1024, None])


@pytest.mark.slow
@pytest.mark.parametrize("models", [0, 1, 2, 60])
@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
def test_every_size_is_a_figure_with_room_for_each_row(models: int, shape: Any) -> None:
    drawn = leaderboard.figure(many(models) if models else empty(), "run 1", "dark", shape)
    go.Figure(drawn.to_dict())
    margin = drawn.layout.margin
    assert drawn.layout.height - margin.t - margin.b >= 26 * max(1, models)


def test_sixty_models_differ_in_colour_or_shape() -> None:
    marks = next(
        trace
        for trace in leaderboard.figure(many(60), "run 1").data
        if getattr(trace, "mode", "") == "markers"
    ).marker
    assert len(set(zip(marks.color, marks.symbol, strict=True))) == 60


def test_past_a_dozen_unrated_models_one_row_stands_for_the_rest() -> None:
    made = report([row("a", 1000), *(not_rated(f"new-{place:02d}") for place in range(30))])
    drawn = leaderboard.figure(made, "run 1")
    assert len(drawn.layout.yaxis.ticktext) == 14
    assert drawn.layout.yaxis.ticktext[-1] == "18 more"
    assert len(leaderboard.table(made).rows) == 31


def test_a_hostile_name_stays_text() -> None:
    printed = leaderboard.figure(report([row(HOSTILE, 1000), row("=cmd()", 990)]), "run 1").to_plotly_json()
    words = [*printed["layout"]["yaxis"]["ticktext"], *printed["data"][2]["hovertext"]]
    assert not any("<img" in word or "<script" in word for word in words)
    assert any("&lt;" in word for word in words)


def test_the_table_prints_what_the_figure_draws_and_the_csv_keeps_every_digit() -> None:
    made = report([row("a", 1017.4567), not_rated("=cmd()")], [row("a", 1010.0)])
    table = leaderboard.table(made)
    assert [column.label for column in table.columns][:4] == ["place", "model", "plain", "95 % interval"]
    assert [cell.text for cell in table.rows[0]] == [
        "1",
        "a",
        "1017",
        "993 to 1041",
        "1010",
        "986 to 1034",
        "6.1\xa0%",
        "412",
    ]
    assert [cell.text for cell in table.rows[1]][:4] == ["—", "=cmd()", "not rated", ""]
    first, second = csv.DictReader(io.StringIO(table.csv("run 41", 12)))
    assert (first["strength"], first["style_strength"], second["model"]) == ("1017.4567", "1010.0", "'=cmd()")
    assert (first["run"], second["simulated_judgements"]) == ("run 41", "12")

from itertools import pairwise
from typing import Any

import pytest
from sample_parts import displaced, displacement
from sample_report import effect, full, many, not_enough, older

from vibes.charts import displacement as chart


def lines(report: Any, shape: Any = "wide") -> Any:
    found = chart.figure(report, "run 1", "light", shape)
    return [trace for trace in found.data if getattr(trace, "mode", "") == "lines+markers"]


def still(models: int, move: float = 4.0) -> Any:
    made = displacement([f"m-{place}" for place in range(models)])
    for one in made["models"]:
        one["moved"] = {board: effect(move, 14, unit="Elo") for board in ("style", "sycophancy", "both")}
    return full(displacement=made)


def test_the_title_says_who_moves_how_far_and_who_leads() -> None:
    control = "With length, formatting and flattery controlled"
    assert chart.info(full()).title == (
        f"{control}, model-00 loses 70 points, and 1 other model moves too; the highest estimate passes from model-00 to model-01"
    )
    assert chart.info(still(4)).title == (
        f"{control}, no model moves further than its interval; the highest estimate passes from m-0 to m-1"
    )


def test_a_leader_that_stays_is_named_once() -> None:
    plain = {"a": 1100.0, "b": 900.0}
    made = {"models": [displaced("a", plain, {"a": 1090.0, "b": 910.0})], "margins": []}
    assert chart.info(full(displacement=made)).title.endswith("; a keeps the highest estimate")


def test_thin_moves_claim_nothing() -> None:
    made = displacement()
    for one in made["models"]:
        one["moved"] = {"both": not_enough(unit="Elo")}
    told = chart.info(full(displacement=made))
    assert "how far models move is not known yet" in told.title
    assert not any(one.told for one in told.moves)
    assert chart.table(full(displacement=made)).rows[0][-1].text == "not enough yet"


def test_only_models_whose_move_excludes_zero_have_a_colour() -> None:
    drawn = lines(full())
    grey, *coloured = drawn
    assert len(coloured) == 2 and {trace.line.color for trace in coloured}.isdisjoint({grey.line.color})
    assert list(coloured[0].y) == pytest.approx([1120, 1078, 1095.5, 1050])
    assert grey.line.color == "#bdbbb6"


def test_boards_that_are_not_there_are_not_drawn() -> None:
    made = displacement()
    for one in made["models"]:
        for board in ("sycophancy", "both"):
            del one["strengths"][board], one["ranks"][board], one["moved"][board]
    told = chart.info(full(displacement=made))
    assert told.boards == ("plain", "style")
    assert told.title.startswith("With length and formatting controlled, model-00 loses 42 points")
    assert list(chart.figure(full(displacement=made), "run 1").layout.xaxis.ticktext) == [
        "plain",
        "style<br>controlled",
    ]


def test_the_notes_say_what_control_explains_of_a_margin() -> None:
    first = chart.info(full()).notes[0]
    assert first.startswith(
        "The lead of model-00 over model-01 on the plain board is 60 points (+46 to +74)."
    )
    assert "length and formatting 41\xa0% (21\xa0% to 61\xa0%)" in first
    assert "flattery 22\xa0%" in first and "length, formatting and flattery" not in first


def test_of_sixty_models_those_that_move_and_the_first_are_named() -> None:
    found = chart.figure(full(60), "run 1", "light", "wide")
    names = [note.text for note in found.layout.annotations]
    assert sum("model-" in name for name in names) == 2 * 10
    rows = sorted(note.y for note in found.layout.annotations if note.x == 1)
    pixels = found.layout.yaxis.range[1] - found.layout.yaxis.range[0]
    inner = found.layout.height - found.layout.margin.t - found.layout.margin.b
    assert min(b - a for a, b in pairwise(rows)) * inner / pixels >= 15


def test_the_table_has_every_move_and_the_csv_every_strength() -> None:
    table = chart.table(full())
    assert [cell.text for cell in table.rows[0]] == [
        "1",
        "model-00",
        "1120",
        "−42 (−56 to −28)",
        "−24 (−38 to −10)",
        "−70 (−84 to −56)",
    ]
    assert {"strength_both", "rank_style", "moved_both_low"} <= set(table.raw_names)
    assert len(table.raw[0]) == len(table.raw_names)


def test_there_is_nothing_without_a_controlled_board() -> None:
    assert chart.drawn(full()) and not chart.drawn(many()) and not chart.drawn(older())
    assert chart.info(older()).title == "This run was made before this figure existed"
    assert chart.info(many()).title.startswith("No board with style or flattery controlled")

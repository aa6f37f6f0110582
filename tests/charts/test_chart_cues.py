from typing import Any

import pytest
from sample_parts import cue, tiebreak_parts
from sample_report import empty, full, many, older, randomised, tiebreak

from vibes.charts import cues as chart


def made(found: Any = None, **changed: Any) -> Any:
    told = tiebreak() | tiebreak_parts() | changed
    return full(cues={"praise_opener": found or cue()}, tiebreak=told)


@pytest.mark.parametrize(
    ("finding", "title"),
    [
        ("tiebreak", "Where quality is equal, “praise opener” decides it: 63 against 37; it weighs more there than elsewhere"),
        ("additive", "“Praise opener” wins 8.1 points, near ties no more than elsewhere"),
        ("taste; tiebreak not decided", "“Praise opener” wins 8.1 points; whether it breaks ties is not decided yet"),
        ("none found", "No effect of “praise opener” on the choice was found"),
    ],
)  # fmt: skip
def test_each_finding_has_a_title_with_its_number(finding: str, title: str) -> None:
    assert chart.info(made(finding=finding)).title == title


def test_the_other_sign_costs() -> None:
    told = chart.info(made(cue(-0.05), finding="additive"))
    assert told.title == "“Praise opener” costs 5.0 points, near ties no more than elsewhere"


def test_an_interval_that_holds_zero_claims_nothing() -> None:
    told = chart.info(made(cue(C=0.01), finding="not enough yet"))
    assert told.title == "Whether “praise opener” moves the choice cannot be told yet"
    thin = chart.info(made(cue(None), finding="not enough yet"))
    assert thin.title == "Not enough yet to say what “praise opener” does to the choice"


def test_five_panels_each_with_its_unit_kind_and_n() -> None:
    told = chart.info(made())
    assert [one.key for one in told.panels] == ["C", "T1", "T2", "T1a_star", "T0"]
    assert [one.under for one in told.panels] == [
        "2,104 votes, randomised",
        "702 votes, randomised",
        "2,104 votes, randomised",
        "2,104 votes, randomised",
        "5,812 votes, observational",
    ]
    found = chart.figure(made(), "run 1", "light", "wide")
    titles = [found.layout[f"xaxis{number}"].title.text for number in ("", 2, 3, 4, 5)]
    assert ["points" in title for title in titles] == [True, True, False, False, False]


def test_c_and_t1_share_their_range_and_the_others_do_not() -> None:
    found = chart.figure(made(), "run 1", "light", "wide").layout
    assert found.xaxis.range == found.xaxis2.range
    assert found.xaxis3.range != found.xaxis.range
    assert found.xaxis3.range[0] == -found.xaxis3.range[1]


def test_the_finding_stands_in_a_place_of_its_own_and_says_interim() -> None:
    words = [
        note.text for note in chart.figure(made(interim=True), "run 1", "light", "wide").layout.annotations
    ]
    assert "Finding" in words and "tiebreak, interim" in words
    assert "Interim" in chart.info(made(interim=True)).subtitle
    narrow = [note.text for note in chart.figure(made(), "run 1", "light", "narrow").layout.annotations]
    assert "Finding" not in narrow
    assert chart.info(made()).notes[0].startswith("Finding: tiebreak.")


def test_t1a_and_t1b_stand_in_table_and_notes_with_their_text() -> None:
    told, table = chart.info(made()), chart.table(made())
    assert any(note.startswith("T1a. ") and "alone it is no estimate of taste" in note for note in told.notes)
    assert any(note.startswith("T1b. ") and "observational" in note for note in told.notes)
    assert [row[0].text for row in table.rows][5:7] == [
        "T1a: after a tie, pressed to send one",
        "T1b: quality about equal, by its own measure",
    ]
    assert "C, each rater once" in [row[0].text for row in table.rows]


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
def test_a_thin_panel_is_hatched(shape: Any) -> None:
    found = chart.figure(made(cue() | {"T2": randomised(unit="log-odds")}), "run 1", "dark", shape)
    assert [trace.xaxis for trace in found.data if trace.type == "bar"] == ["x3"]


def test_there_is_nothing_without_a_headline_cue() -> None:
    assert chart.drawn(full()) and not any(map(chart.drawn, (many(), older(), empty())))
    assert chart.info(many()).title == "No randomised cue is in these votes: what flattery does is open"
    assert chart.info(older()).title == "This run was made before this figure existed"

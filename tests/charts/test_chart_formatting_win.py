"""What it would take to win by formatting alone: the title in each state, words for what no amount does, the place of a dot."""

import pytest
from report_states import REPORTS
from sample_effects import effect, not_enough
from sample_parts import formatting_need, no_difference
from sample_report import empty, full, older

from vibes.charts import formatting_win as chart

UNIT = "normalised difference"


def made(**differences):
    needs = [
        formatting_need("second", feature, found, 100.0 if found["estimate"] is not None else None)
        for feature, found in differences.items()
    ]
    return full(formatting_win={"leader": "first", "needs": needs})


def even(estimate, half):
    return effect(estimate, half, unit=UNIT)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            {"length": even(0.2, 0.1)},
            "“second” would need about 50 more characters an answer to draw level with “first”",
        ),
        ({"bold": even(0.5, 0.3), "lists": even(0.2, 0.15)}, "about 50 more list items an answer"),
        ({"bold": even(-0.5, 0.3)}, "about 67 fewer bold spans an answer"),
        ({"bold": even(0.8, 0.5)}, "; perhaps no amount would do"),
        ({"bold": even(0.98, 0.01)}, "“second” would need over 20 times as many bold spans an answer"),
        (
            {"bold": even(1.8, 0.5)},
            "No amount of length or formatting alone would make “second” level with “first”",
        ),
        (
            {"bold": even(0.1, 0.5)},
            "“second” may be level with “first” already: no formatting is surely needed",
        ),
        ({"bold": not_enough()}, "Not enough yet to say what “second” would need to draw level with “first”"),
        ({"bold": no_difference()}, "is not identified by these votes"),
    ],
)
def test_the_title_claims_no_more_than_the_interval(found, said):
    assert said in chart.info(made(**found)).title


def test_the_smallest_change_comes_first_and_gaps_last():
    told = chart.info(made(bold=no_difference(), lists=even(-0.6, 0.1), length=even(0.3, 0.1)))
    assert [one.key for one in told.rows] == ["length", "lists", "bold"]
    assert told.rows[2].amount == ""
    assert "no sure amount" in told.rows[2].dot.hover


def test_amounts_in_words():
    told = chart.info(
        made(length=even(0.5, 0.4), bold=even(1.5, 0.1), lists=even(-0.9, 0.2), headers=even(0.0, 0.1))
    )
    said = {one.key: one.amount for one in told.rows}
    assert said["length"] == "+200 (+22 to +1,800)"
    assert said["bold"] == "no amount"
    assert (
        chart.amount(formatting_need("b", "bold", even(0.92, 0.5), 2.0))
        == "over 20 times (+2.9 to no amount)"
    )
    assert said["lists"] == "−95 (not even none to −82)"
    assert said["headers"] == "0 (−18 to +22)"


def test_a_dot_that_no_amount_reaches_stands_at_the_end():
    drawn = chart.figure(made(bold=even(3.0, 0.4)), "run 1")
    assert [trace.x[0] for trace in drawn.data if trace.mode == "markers"] == [chart.END]
    assert chart.END > 1.0


def test_the_table_has_the_runner_up_first_and_every_digit():
    found = chart.table(full())
    assert [row[0].text for row in found.rows] == ["model-01"] * 4 + ["model-02"] * 4
    assert found.raw[0][found.raw_names.index("difference")] == 0.31
    assert found.rows[3][2].text == "not identified"


def test_it_is_drawn_where_there_is_something_of_it():
    assert chart.drawn(full())
    assert not chart.drawn(empty())
    assert not chart.drawn(older())


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
@pytest.mark.parametrize("state", REPORTS)
def test_every_state_is_a_figure(state, shape):
    drawn = chart.figure(REPORTS[state], "run 1", "dark", shape)
    words = [note.text for note in drawn.layout.annotations]
    assert drawn.layout.height > 40
    assert not any("<script" in word or "<img" in word for word in words)

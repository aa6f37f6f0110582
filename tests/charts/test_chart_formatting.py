from typing import Any

import pytest
from sample_report import HOSTILE, effect, effects, full, many, not_enough, older, report

from vibes.charts import formatting as chart

LISTED = "first listed: the rows do not say which side stood on the left (a_is_left)"


def made(**changed: Any) -> Any:
    return report(effects=effects() | changed)


def test_the_largest_effect_comes_first_and_gaps_come_last() -> None:
    told = chart.info(made())
    assert [one.key for one in told.factors] == ["length", "headers", "bold", "lists"]
    assert [one.key for one in told.positions] == ["position"]
    assert chart.info(made(bold=effect(-0.5))).factors[0].key == "bold"


def test_tone_belongs_to_the_tiebreak_figure() -> None:
    assert "praise" not in [one.key for one in chart.info(made()).factors]


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (effects(), "The longer answer is chosen more often; 1 of 3 other features also moves the choice"),
        ({"bold": effect(-0.3)}, "The answer with more bold spans is chosen less often"),
        ({"bold": effect(0.03)}, "Whether length and formatting win votes cannot be told yet"),
        ({"bold": not_enough()}, "Not enough yet to say what length and formatting do to the choice"),
        ({}, "No length or formatting was measured: the votes came without the answers' text"),
    ],
)
def test_the_title_claims_no_more_than_the_intervals(found: Any, title: str) -> None:
    assert chart.info(report(effects=found)).title == title


def test_the_other_sign_shows_in_words_and_place() -> None:
    right, left = made(length=effect(0.21, 0.08)), made(length=effect(-0.21, 0.08))
    assert [chart.info(one).title.split(";")[0] for one in (right, left)] == [
        "The longer answer is chosen more often",
        "The longer answer is chosen less often",
    ]
    places = [
        next(
            trace.x[0] for trace in chart.figure(one, "run 1").data if getattr(trace, "mode", "") == "markers"
        )
        for one in (right, left)
    ]
    assert places == [0.21, -0.21]


def test_position_stands_apart_on_an_axis_of_its_own() -> None:
    drawn = chart.figure(many(), "run 1", "light", "wide")
    assert drawn.layout.yaxis2.domain[1] < drawn.layout.yaxis.domain[0]
    assert "left side chosen" in drawn.layout.xaxis2.title.text
    apart = [trace for trace in drawn.data if trace.xaxis == "x2" and trace.mode == "markers"]
    assert [list(trace.x) for trace in apart] == [[0.09]]


def test_without_the_screen_side_position_is_the_order_of_listing() -> None:
    told = chart.info(made(position=effect(0.09, 0.06, unit="log-odds", note=LISTED)))
    assert told.positions[0].label == "Being listed first"
    assert told.positions[0].dot.hover.startswith(
        "The answer listed first is chosen more often: +0.09 log-odds"
    )


def test_the_arenas_view_stands_below_in_the_same_order_on_an_axis_of_its_own() -> None:
    assert chart.info(made()).arena == ()
    found = full()
    assert [one.key for one in chart.info(found).arena] == ["length", "headers", "bold"]
    drawn = chart.figure(found, "run 1", "light", "wide")
    places = [list(trace.x) for trace in drawn.data if trace.xaxis == "x2" and trace.mode == "markers"]
    assert places == [[0.16], [-0.05], [0.02]]
    assert "per SD of these votes" in drawn.layout.xaxis2.title.text
    assert drawn.layout.yaxis3.domain[1] < drawn.layout.yaxis2.domain[0] < drawn.layout.yaxis.domain[0]
    assert any("Chatbot Arena" in note for note in chart.info(found).notes)


def test_the_arenas_view_waits_for_a_number_and_for_a_run_that_has_it() -> None:
    thin = dict.fromkeys(("length", "bold"), not_enough())
    assert chart.info(full(effects_arena=thin)).arena == ()
    assert chart.info(older()).arena == ()
    found = chart.table(full())
    labels = [row[0].text for row in found.rows]
    assert labels[4:] == [
        "Length, as the arena counts",
        "Headers, as the arena counts",
        "Bold spans, as the arena counts",
        "Standing on the left",
    ]
    assert [row[0] for row in found.raw][4:] == ["arena:length", "arena:headers", "arena:bold", "position"]


def test_a_given_covariate_has_its_own_unit_and_no_reference_sd() -> None:
    features = {"x_cost": {"version": "given", "reference_sd": 1.0, "family": "given", "unit": "as given"}}
    told = chart.info(report(effects={"x_cost": effect(0.4)}, features=features))
    assert told.factors[0].label == "Cost, per unit"
    assert not any("reference SD:" in note for note in told.notes)


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
@pytest.mark.parametrize("found", [{}, {"bold": not_enough()}, effects()])
def test_every_state_is_a_figure(shape: Any, found: Any) -> None:
    drawn = chart.figure(report(effects=found), "run 1", "dark", shape)
    hatched = sum(len(trace.y) for trace in drawn.data if trace.type == "bar")
    assert hatched == 1
    assert drawn.layout.height > 80


def test_a_hostile_label_stays_text() -> None:
    features = {
        "bold": {"version": "1", "reference_sd": 1.0, "family": "formatting", "unit": "x", "label": HOSTILE}
    }
    drawn = chart.figure(report(effects={"bold": effect(0.3)}, features=features), "run 1", "light", "wide")
    words = [note.text for note in drawn.layout.annotations] + [
        text for trace in drawn.data for text in trace.hovertext or ()
    ]
    assert any("&lt;" in word for word in words)
    assert not any("<script" in word or "<img" in word for word in words)

from typing import Any

import pytest
from sample_parts import NO_CURVE, cue, curve, tiebreak_parts
from sample_report import empty, full, many, older, tiebreak

from vibes.charts import tiebreak_curve as chart


def made(**changed: Any) -> Any:
    return full(tiebreak=tiebreak() | tiebreak_parts() | changed)


def observed() -> Any:
    return full(cues={}, tiebreak=tiebreak() | {"curve": curve(0.0, 0.2, "observational") | {"fitted": []}})


@pytest.mark.parametrize(
    ("finding", "title"),
    [
        ("tiebreak", "“Praise opener” pays most where quality is equal, more than adding up explains"),
        ("additive", "“Praise opener” moves the choice as adding up says, near ties no more than elsewhere"),
        ("none found", "“Praise opener” moves the choice at no quality gap that these votes can see"),
        ("not enough yet", "Not enough yet to say whether “praise opener” pays more where quality is equal"),
    ],
)
def test_each_finding_has_a_title_of_its_own(finding: str, title: str) -> None:
    assert chart.info(made(finding=finding)).title == title


def test_without_a_planted_cue_it_is_no_finding_and_says_so() -> None:
    told = chart.info(observed())
    assert told.title.endswith("nothing was randomised, so no finding")
    assert told.notes[-1].startswith("Nothing was randomised here")
    assert told.footer[-1] == "observational"


def test_the_curve_of_the_cue_stands_in_where_the_tiebreak_has_none() -> None:
    assert len(chart.info(made(curve=NO_CURVE)).points) == 7
    alone = made(curve=NO_CURVE, cue="gone")
    assert not chart.drawn(alone)


def test_points_stand_at_their_gap_and_share_with_their_interval() -> None:
    found = chart.figure(made(), "run 1", "light", "wide")
    dots = next(trace for trace in found.data if getattr(trace, "mode", "") == "markers")
    stems = next(trace for trace in found.data if getattr(trace, "mode", "") == "lines" and None in trace.x)
    assert list(dots.x) == [-1.2, -0.6, 0.0, 0.6, 1.2, 1.9]
    middle = dots.y[2]
    assert list(stems.y[6:8]) == pytest.approx([middle - 4.5, middle + 4.5])


def test_the_additive_line_is_dashed_the_fitted_one_thinner_and_what_lies_between_is_tinted() -> None:
    found = chart.figure(made(), "run 1", "light", "wide")
    dashed, fitted = (
        trace for trace in found.data if getattr(trace, "mode", "") == "lines" and None not in trace.x
    )
    assert dashed.line.dash == "dash" and dashed.line.width > fitted.line.width
    assert fitted.fill == "tonexty"
    halves = [shape for shape in found.layout.shapes if shape.y0 == shape.y1 == 50]
    assert len(halves) == 1 and halves[0].xref == "paper"


def test_lines_on_different_grids_are_not_tinted() -> None:
    two = curve()
    two["fitted"] = two["fitted"][1:]
    found = chart.figure(made(curve=two), "run 1")
    assert not any(getattr(trace, "fill", None) for trace in found.data)


def test_the_colour_is_that_of_the_family() -> None:
    stance = full(cues={"praise_opener": cue(family="stance")})
    assert chart.info(stance).colour == "stance"
    assert chart.info(observed()).colour == "sycophancy"


def test_a_thin_bin_is_a_hatched_column_over_its_gaps() -> None:
    found = chart.figure(made(), "run 1", "dark", "narrow")
    column = next(trace for trace in found.data if trace.type == "bar")
    assert column.marker.pattern.shape == "/"
    assert (column.x[0], column.width[0]) == pytest.approx((-1.9, 0.6))
    assert "not enough yet" in column.hovertext[0]


def test_a_bin_without_an_end_stays_inside_the_figure() -> None:
    open_ended = curve()
    open_ended["points"][0]["low_gap"] = float("-inf")
    found = chart.figure(made(curve=open_ended), "run 1")
    assert found.layout.xaxis.range[1] < 3
    column = next(trace for trace in found.data if trace.type == "bar")
    assert column.x[0] - column.width[0] / 2 == pytest.approx(found.layout.xaxis.range[0])


def test_the_hover_says_a_sentence() -> None:
    assert chart.info(made()).points[3].hover.replace("\xa0", " ") == (
        "Where the answer with the cue leads by 0.00 log-odds of quality, it is chosen in 70.2 % of 410 votes, "
        "95 % interval 65.7 % to 74.7 %."
    )


def test_the_table_has_a_row_a_bin() -> None:
    table = chart.table(made())
    assert [cell.text for cell in table.rows[0]][:3] == ["−1.90", "—", "not enough yet"]
    assert [cell.text.replace("\xa0", " ") for cell in table.rows[3]] == [
        "0.00",
        "70.2 %",
        "65.7 % to 74.7 %",
        "randomised",
        "410",
    ]


def test_there_is_nothing_without_points() -> None:
    assert chart.drawn(full()) and not any(map(chart.drawn, (many(), older(), empty())))
    assert chart.info(older()).title == "This run was made before this figure existed"
    assert chart.info(empty()).title.startswith("No judgements yet")

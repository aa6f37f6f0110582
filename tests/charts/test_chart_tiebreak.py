from typing import Any

import pytest
from sample_report import effect, empty, many, not_enough, report, tiebreak

from vibes.charts import tiebreak as chart


def made(**changed: Any) -> Any:
    return report(tiebreak=tiebreak() | changed)


def test_without_a_finding_the_title_says_what_is_open() -> None:
    titles = {name: chart.info(made(T0=one)).title for name, one in {
        "more": effect(0.19, 0.1), "less": effect(-0.19, 0.1), "unclear": effect(0.05, 0.1), "thin": not_enough(),
    }.items()}  # fmt: skip
    assert titles == {
        "more": "More flattering answers are chosen more often; whether flattery breaks ties is open",
        "less": "More flattering answers are chosen less often; whether flattery breaks ties is open",
        "unclear": "Whether flattery wins votes cannot be told yet, nor whether it breaks ties",
        "thin": "Not enough yet to say whether flattery wins votes: 84 raters (61.3 effective)",
    }
    assert chart.info(empty()).title == "No judgements yet: whether flattery wins votes is open"


@pytest.mark.parametrize("finding", ["tiebreak", "additive", "taste; tiebreak not decided", "none found"])
def test_each_finding_has_a_title_of_its_own(finding: str) -> None:
    told = chart.info(made(finding=finding))
    assert (told.title, told.word) == (chart.FOUND[finding], finding)  # type: ignore[index]


def test_each_panel_has_its_own_axis_unit_and_zero() -> None:
    drawn = chart.figure(many(), "run 41", "light", "wide")
    assert "log-odds" in drawn.layout.xaxis.title.text
    assert "points" in drawn.layout.xaxis2.title.text
    zeros = [shape for shape in drawn.layout.shapes if shape.x0 == shape.x1 == 0]
    assert [shape.xref for shape in zeros] == ["x", "x2"]
    dots = [trace for trace in drawn.data if getattr(trace, "mode", "") == "markers"]
    assert [list(trace.x) for trace in dots] == [[0.19], pytest.approx([7.1])]
    for axis in (drawn.layout.xaxis, drawn.layout.xaxis2):
        assert axis.range[0] == -axis.range[1]


def test_the_other_sign_shows_in_words_and_place() -> None:
    right, left = (
        made(T1a=effect(0.07, 0.05, unit="probability above ½")),
        made(T1a=effect(-0.07, 0.05, unit="probability above ½")),
    )
    words = [chart.info(one).panels[1].dot.hover.split(":")[0] for one in (right, left)]
    assert words == [
        "After a tie, the more flattering answer is chosen more often",
        "After a tie, the more flattering answer is chosen less often",
    ]
    places = [
        [trace.x[0] for trace in chart.figure(one, "run 1").data if getattr(trace, "mode", "") == "markers"][
            1
        ]
        for one in (right, left)
    ]
    assert places == pytest.approx([7, -7])


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
def test_a_thin_panel_is_hatched_and_says_how_many_raters_there_are(shape: Any) -> None:
    drawn = chart.figure(made(T1a=not_enough(3.1)), "run 41", "light", shape)
    hatched = [trace for trace in drawn.data if trace.type == "bar"]
    assert [trace.xaxis for trace in hatched] == ["x2"]
    assert hatched[0].marker.pattern.shape == "/"
    words = " ".join(note.text.replace("<br>", " ") for note in drawn.layout.annotations)
    assert "not enough yet" in words and "3.1 effective raters" in words
    assert len([trace for trace in drawn.data if getattr(trace, "mode", "") == "markers"]) == 1


def test_the_texts_and_the_kind_come_along() -> None:
    told = chart.info(made())
    assert "alone it is no estimate of taste" in told.panels[1].text
    assert [panel.under for panel in told.panels] == [
        "5,812 judgements, observational",
        "640 ties, observational",
    ]
    assert told.note == "No cued comparisons: a finding needs planted edits."


def test_the_table_holds_both_with_their_n() -> None:
    rows = [[cell.text for cell in row] for row in chart.table(made(T1a=not_enough())).rows]
    assert rows == [
        ["T0: in every comparison", "+0.19", "0.02 to 0.36", "observational", "5,812"],
        ["T1a: after a tie, pressed to send one", "—", "not enough yet", "observational", "37"],
    ]

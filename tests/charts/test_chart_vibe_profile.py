"""The vibe profile: one endpoint or two, by family in the colour of its meaning, the first of the board where nobody chose."""

import pytest
from sample_report import empty, full, older

from vibes.charts import vibe_profile
from vibes.charts.vibe_profile import Beside


def test_without_a_choice_it_is_of_the_first_of_the_board():
    told = vibe_profile.info(full())
    assert told.names == ("model-00",)
    assert "\u201cmodel-00\u201d" in told.title
    assert vibe_profile.models(full())[0] == "model-00"


def test_two_stand_beside_each_other_filled_and_hollow():
    chart = Beside(("model-01", "model-03"))
    told = chart.info(full())
    assert told.names == ("model-01", "model-03")
    assert "Filled: \u201cmodel-01\u201d. Hollow: \u201cmodel-03\u201d." in told.subtitle
    marks = [trace for trace in chart.figure(full(), "run 1").data if trace.mode == "markers"]
    assert len(marks) == 2 * len(told.rows)
    assert len({mark.marker.color for mark in marks[::2]} & {mark.marker.color for mark in marks[1::2]}) == 0
    assert len(chart.table(full()).rows) == 2 * len(told.rows)


def test_rows_come_by_family_and_the_title_says_the_largest_that_stands_out():
    told = vibe_profile.info(full(), ["model-02"])
    families = [row.family for row in told.rows]
    assert families == sorted(families, key=vibe_profile.FAMILIES.index)
    assert told.title.startswith("What stands out most of \u201cmodel-02\u201d: less ")


def test_a_title_where_nothing_stands_out():
    report = full()
    for row in report["profiles"][0]["features"]:
        row["told"] = False
    assert vibe_profile.info(report).title.startswith("Nothing stands out")


@pytest.mark.parametrize("made", [empty, older])
def test_nothing_to_draw_says_why(made):
    assert not vibe_profile.drawn(made())
    assert vibe_profile.info(made()).missing
    assert vibe_profile.figure(made(), "run 1").data

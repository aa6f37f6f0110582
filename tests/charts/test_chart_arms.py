from typing import Any

import pytest
from sample_parts import cue, cues
from sample_report import HOSTILE, empty, full, many, older

from vibes.charts import arms as chart
from vibes.charts import theme


def names(report: Any) -> list[tuple[str, list[str]]]:
    return [(family, [one.name for one in arms]) for family, arms in chart.info(report).groups]


def test_cues_stand_by_family_the_largest_first_and_gaps_last() -> None:
    assert names(full()) == [
        ("tone", ["Praise opener", "Warmer"]),
        ("stance", ["Agreement flipped"]),
        ("formatting", ["Markdown to plain", "Plain to lists", "Emoji removed"]),
        ("length", ["Longer"]),
    ]


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (cues(), "“Markdown to plain” costs 11.8 points, the most of 7 cues; 5 of the other 6 move the choice"),
        ({"warmer": cue(0.05)}, "“Warmer” wins 5.0 points"),
        ({"a": cue(0.05), "b": cue(0.03)}, "“A” wins 5.0 points, the most of 2 cues; 1 of the other 1 moves the choice"),
        ({"warmer": cue(0.01)}, "Whether any planted cue moves the choice cannot be told yet"),
        ({"warmer": cue(None)}, "Not enough yet to say what the planted cues do to the choice"),
    ],
)  # fmt: skip
def test_the_title_claims_no_more_than_the_intervals(found: Any, title: str) -> None:
    assert chart.info(full(cues=found)).title == title


def test_each_family_has_its_colour_and_all_share_one_range() -> None:
    found = chart.figure(full(), "run 1", "light", "wide")
    dots = {
        round(trace.x[0], 1): trace.marker.line.color
        for trace in found.data
        if getattr(trace, "mode", "") == "markers"
    }
    assert dots[8.1] == theme.colour("sycophancy", "light")
    assert dots[-5.2] == theme.colour("stance", "light")
    assert dots[-11.8] == theme.colour("formatting", "light")
    assert dots[4.6] == theme.colour("length", "light")
    ranges = {tuple(found.layout[f"xaxis{number}"].range) for number in ("", 2, 3, 4)}
    assert len(ranges) == 1


def test_thin_cues_are_hatched_each_in_its_own_row() -> None:
    found = chart.figure(full(cues={"a": cue(0.1), "b": cue(None), "c": cue(None)}), "run 1", "dark", "wide")
    assert [trace.y[0] for trace in found.data if trace.type == "bar"] == [1, 2]
    assert found.layout.barmode == "overlay"


def test_the_axis_stands_below_a_last_family_without_numbers() -> None:
    found = chart.figure(full(cues={"a": cue(0.1), "b": cue(None, "other")}), "run 1")
    assert found.layout.xaxis2.showticklabels and not found.layout.xaxis.showticklabels
    alone = chart.figure(full(cues={"b": cue(None, "other")}), "run 1")
    assert not alone.layout.xaxis.showticklabels


def test_the_table_has_classes_and_own_prompts_below_their_cue() -> None:
    table = chart.table(full())
    assert [[row[0].text, row[1].text] for row in table.rows[:6]] == [
        ["Praise opener", "all prompts"],
        ["", "advice"],
        ["", "factual"],
        ["", "on raters’ own prompts"],
        ["", "on others’ prompts, same matchups"],
        ["", "O: own less others"],
    ]
    assert [line[0] for line in table.raw[:6]] == ["praise_opener"] * 6
    near = [row[4].text.replace("\xa0", " ") for row in table.rows[:4]]
    assert near == ["+12.6 (9.1 to 16.1 points)", "not enough yet", "not enough yet", ""]


def test_a_hostile_cue_stays_text() -> None:
    found = chart.figure(full(cues={HOSTILE: cue(), "b": cue(None)}), "run 1", "light", "wide")
    words = [note.text for note in found.layout.annotations]
    words += [text for trace in found.data for text in trace.hovertext or ()]
    assert any("&lt;" in word for word in words)
    assert not any("<script" in word or "<img" in word for word in words)


def test_there_is_nothing_without_a_cue() -> None:
    assert chart.drawn(full()) and not any(map(chart.drawn, (many(), older(), empty())))
    assert chart.info(many()).title == "No cue was planted in these votes"


def test_signs_that_read_the_other_way_are_said() -> None:
    notes = chart.info(full()).notes
    assert any(
        note.startswith("Taken away by “Markdown to plain” and “Emoji removed”: right") for note in notes
    )
    assert any(note.startswith("Turned round by “Agreement flipped”") for note in notes)
    praised = chart.info(full(cues={"praise_added": cue(0.05)})).notes
    assert not any("Taken away" in note or "Turned round" in note for note in praised)

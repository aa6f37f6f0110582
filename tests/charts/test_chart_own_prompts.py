"""The figure of own and others' prompts."""

from typing import Any

import pytest
from sample_effects import not_enough
from sample_parts import cue, own_prompts, randomised
from sample_report import HOSTILE, empty, full, many, older

from vibes.charts import own_prompts as chart
from vibes.charts import theme


def apart(difference: float, half: float = 0.02) -> dict[str, Any]:
    """C on others' prompts is 0.05."""
    return {
        "own": randomised(0.05 + difference, half, n=300),
        "others": randomised(0.05, half, n=900),
        "O": randomised(difference, half, n=1200),
    }


def made(**found: Any) -> Any:
    return full(cues={name: cue() for name in found}, own_prompts=found)


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ({"praise_added": apart(0.08)}, "“Praise added” is worth 8.0 points more on raters’ own prompts than on others’"),
        ({"praise_added": apart(-0.08)}, "“Praise added” is worth 8.0 points less on raters’ own prompts than on others’"),
        ({"a": apart(0.03), "b": apart(-0.09)}, "“B” is worth 9.0 points less on raters’ own prompts than on others’"),
        (own_prompts(), "Own prompts and others’ cannot be told apart yet: O includes 0"),
        (
            {"a": dict.fromkeys(("own", "others", "O"), not_enough(unit="share"))},
            "Not enough yet to tell raters’ own prompts from others’",
        ),
    ],
)  # fmt: skip
def test_the_title_claims_no_more_than_the_interval_of_o(found: Any, title: str) -> None:
    assert chart.info(made(**found)).title == title


def test_three_rows_a_cue_on_one_range_and_o_in_ink() -> None:
    found = chart.figure(made(praise_added=apart(0.08), longer=apart(0.02)), "run 1", "light", "wide")
    dots = {
        round(trace.x[0], 1): trace.marker.line.color
        for trace in found.data
        if getattr(trace, "mode", "") == "markers"
    }
    assert dots[13.0] == theme.colour("sycophancy", "light") and dots[8.0] == theme.colour("ink", "light")
    assert len([trace for trace in found.data if getattr(trace, "mode", "") == "markers"]) == 6
    assert found.layout.xaxis.range == found.layout.xaxis2.range
    assert found.layout.xaxis2.showticklabels and not found.layout.xaxis.showticklabels


def test_the_table_says_the_same_and_keeps_every_digit() -> None:
    table = chart.table(made(praise_added=apart(0.08)))
    assert [[cell.text.replace("\xa0", " ") for cell in row[:3]] for row in table.rows] == [
        ["Praise added", "on own prompts", "+13.0 points"],
        ["", "on others’ prompts", "+5.0 points"],
        ["", "O: own less others’", "+8.0 points"],
    ]
    assert [list(line[:3]) for line in table.raw] == [
        ["praise_added", "on own prompts", pytest.approx(0.13)],
        ["praise_added", "on others’ prompts", 0.05],
        ["praise_added", "O: own less others’", 0.08],
    ]


def test_a_hostile_cue_stays_text() -> None:
    found = chart.figure(made(**{HOSTILE: apart(0.1)}), "run 1", "light", "wide")
    words = [note.text for note in found.layout.annotations]
    words += [text for trace in found.data for text in trace.hovertext or ()]
    assert any("&lt;" in word for word in words)
    assert not any("<script" in word or "<img" in word for word in words)


def test_there_is_nothing_where_nobody_wrote_a_prompt() -> None:
    assert not any(map(chart.drawn, (many(), older(), empty())))
    assert chart.info(full(own_prompts={})).title == "No rater wrote a prompt that carries a planted cue"

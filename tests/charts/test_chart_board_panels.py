"""The board in parts: headings with their votes, a title that says who is surely first where, and the table of all models."""

import pytest
from sample_report import empty, full
from sample_wider import board_panels

from vibes.charts import board_panels as chart


def report(*parts):
    return full(board_panels=list(parts))


def part(where, first, sure=True):
    """Two models, `first` ahead."""
    made = board_panels(("ann", "bob"))[0] | {"where": where, "by": where.partition("=")[0]}
    rows = sorted(made["rows"], key=lambda row: row["model"] != first)
    for place, row in enumerate(rows):
        strength = 1080.0 - 160 * place
        row |= {"strength": strength, "low": strength - 30, "high": strength + 30, "state": "ok"}
        row |= {"rank_low": 1 + place * sure, "rank_high": 2 - (1 - place) * sure}
    return made | {"rows": rows}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            [part("prompt_class=code", "ann"), part("prompt_class=advice", "ann")],
            "“ann” is surely first in 2 of 2 parts of the votes, and no other in any",
        ),
        (
            [part("prompt_class=code", "ann"), part("prompt_class=advice", "bob")],
            "“ann” is surely first in “Code”, “bob” in “Advice”",
        ),
        (
            [part("prompt_class=code", "ann", sure=False), part("prompt_class=advice", "bob", sure=False)],
            "In no part of the votes is one model surely ahead of all others",
        ),
    ],
)
def test_the_title_says_who_is_surely_first(parts, said):
    assert chart.info(report(*parts)).title == said


def test_parts_are_named_in_words():
    wheres = ("prompt_class=maths", "user_turns<=1", "user_turns>=2", "authored=true", "authored=false")
    names = [name for name, _ in chart.info(report(*(part(where, "ann") for where in wheres))).parts]
    assert names == ["Maths", "One turn", "Several turns", "Raters’ own prompts", "Others’ prompts"]


def test_the_table_holds_every_model_of_every_part():
    made = chart.table(
        report(part("prompt_class=code", "ann"), part("prompt_class=advice", "bob", sure=False))
    )
    texts = [[cell.text for cell in row] for row in made.rows]
    assert texts[0][:5] == ["Code", "ann", "1080", "1050 to 1110", "1"]
    assert texts[2][:5] == ["Advice", "bob", "1080", "1050 to 1110", "1 to 2"]
    assert made.raw[0][:5] == ("prompt_class=code", "ann", 1080.0, 1050.0, 1110.0)


def test_without_parts_there_is_no_figure():
    assert not chart.drawn(empty())
    assert chart.drawn(full())

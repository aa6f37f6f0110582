"""The board in parts: headings with their votes, a title that says who is surely first where, and the table of all models."""

from datetime import date

import pytest
from sample_report import empty, full
from sample_wider import board_panels

from vibes.charts import board_columns, board_parts, board_times
from vibes.charts import board_panels as chart


def report(*parts):
    return full(board_panels=list(parts))


def part(where, first, sure=True):
    """Two models, `first` ahead."""
    made = board_panels(("ann", "bob"))[0] | {"where": where, "by": where.partition("=")[0].rstrip("<>")}
    rows = sorted(made["rows"], key=lambda row: row["model"] != first)
    for place, row in enumerate(rows):
        strength = 1080.0 - 160 * place
        row |= {"strength": strength, "low": strength - 30, "high": strength + 30, "state": "ok"}
        row |= {"simultaneous_low": strength - 40, "simultaneous_high": strength + 40}
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


@pytest.mark.parametrize("module", [chart, board_times, board_columns])
def test_without_parts_there_is_no_figure(module):
    assert not module.drawn(empty())
    assert module.drawn(full())
    assert not module.drawn(report())


def test_each_part_stands_in_one_figure():
    shown = [part["where"] for part in full()["board_panels"]]
    found = [
        one["where"] for module in (chart, board_times, board_columns) for _, one in module.parts(full())
    ]
    assert found == shown


def test_columns_of_a_file_are_named_as_they_are_asked_for():
    assert [name for name, _ in board_columns.parts(full())] == ["language=en", "hour ≤ 11"]


def test_of_many_columns_the_figure_says_that_the_table_has_all():
    told = board_columns.info(report(*(part(f"language={n}", "ann") for n in range(13))))
    assert told.subtitle.endswith("The first 12 of 13 parts; the table has all.")
    assert len(told.groups) == 12 and len(told.parts) == 13


def week(day, first, sure=True):
    return part(
        f"created_at>=2026-03-{day:02d}T00:00:00Z\ncreated_at<=2026-03-{day + 6:02d}T23:59:59.999999Z", first
    ) | ({} if sure else {"rows": unsure(part("a=b", first)["rows"])})


def unsure(rows):
    return [row | {"simultaneous_low": None, "simultaneous_high": None} for row in rows]


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (
            [("ann", True), ("ann", True)],
            "No model stands surely higher or lower at the end than at the start",
        ),
        ([("ann", False), ("bob", False)], "Whether models moved over time cannot be told yet"),
        (
            [("ann", True), ("bob", True)],
            "2 of 2 models stand surely higher or lower at the end than at the start",
        ),
        (
            [("ann", True), ("bob", False), ("ann", True)],
            "No model stands surely higher or lower at the end than at the start",
        ),
    ],
)
def test_the_title_over_time_compares_the_start_with_the_end(weeks, said):
    made = [week(1 + 7 * n, *one) for n, one in enumerate(weeks)]
    assert board_times.info(report(*made)).title == said


def test_one_model_that_moved_is_named():
    first, last = week(1, "ann"), week(8, "ann")
    row = last["rows"][0]
    row |= {"simultaneous_low": 1_121.0, "simultaneous_high": 1_190.0}
    assert (
        board_times.info(report(first, last)).title
        == "“ann” stands surely higher at the end than at the start"
    )


def test_a_row_a_stretch_of_days_under_each_model():
    names = [[dot.label for dot in group.dots] for group in board_times.info(full()).groups]
    assert names[0] == ["26 Feb to 4 Mar 2026", "5 to 11 Mar 2026"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2026, 3, 1), (2026, 3, 1), "1 Mar 2026"),
        ((2026, 3, 1), (2026, 3, 7), "1 to 7 Mar 2026"),
        ((2026, 3, 28), (2026, 4, 3), "28 Mar to 3 Apr 2026"),
        ((2025, 12, 28), (2026, 1, 3), "28 Dec 2025 to 3 Jan 2026"),
    ],
)
def test_stretches_are_told_as_dates(first, last, said):
    assert board_parts.between(date(*first), date(*last)) == said

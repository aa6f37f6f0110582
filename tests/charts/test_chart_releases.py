"""The figure of releases: by date, the newest first, and a title that says no more than the intervals tell."""

import pytest
from sample_parts import effect, not_enough
from sample_report import empty, full

from vibes.charts import releases as chart


def row(model, released, strength=1000.0, half=20.0, **changed):
    vibes = None if strength is None else effect(strength, half, unit="Elo")
    made = {"model": model, "evals": 70.0, "vibes": vibes, "price": 0.5, "front": False, "released": released}
    return {key: value for key, value in (made | changed).items() if value is not None or key != "released"}


def report(*rows):
    return full(goldilocks=list(rows))


def test_the_newest_comes_first_and_undated_models_are_left_out():
    told = chart.info(report(row("old", "2025-01-31"), row("new", "2026-03-01"), row("undated", None)))
    assert [one.name for one in told.releases] == ["new", "old"]
    newest = chart.mark(told.releases[0], told.releases[0].vibes)
    assert newest.hover == "new, 1 Mar 2026: 1000 (980 to 1020)."


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        (1100.0, "The newest release, “new”, is stronger than “old” before it"),
        (900.0, "The newest release, “new”, is weaker than “old” before it"),
        (1030.0, "The newest release, “new”, is not surely apart from “old” before it"),
    ],
)
def test_the_title_says_what_the_intervals_tell(newest, said):
    assert chart.info(report(row("old", "2025-01-31"), row("new", "2026-03-01", newest))).title == said


def test_releases_of_one_day_are_in_no_order():
    told = chart.info(report(row("a", "2026-03-01", 1100.0), row("b", "2026-03-01", 900.0)))
    assert told.title == "“a” and “b” are the newest, of one day"


def test_without_votes_on_two_of_them_nothing_is_said():
    told = chart.info(report(row("old", "2025-01-31", None), row("new", "2026-03-01")))
    assert told.title == "How releases compare cannot be told yet"
    assert told.releases[1].vibes is None and told.releases[1].missing == "not voted on"
    thin = row("thin", "2026-02-01") | {"vibes": not_enough(unit="Elo")}
    assert chart.info(report(thin, row("new", "2026-03-01"))).releases[1].vibes is None


def test_the_table_and_the_csv_hold_all_three():
    made = chart.table(report(row("old", "2025-01-31", price=None), row("new", "2026-03-01", front=True)))
    assert made.rows[0][0].text == "1 Mar 2026" and made.rows[0][-1].text == "on the front"
    assert made.rows[1][5].text == "—"
    head, first, *_ = made.csv("run 1", 0).splitlines()
    assert head.startswith("released,model,vibes") and first.startswith(
        "2026-03-01,new,1000.0,980.0,1020.0,ok,70.0,0.5,1"
    )


def drawn_marks(found):
    return [trace for trace in found.data if trace.type == "scatter" and trace.mode == "markers"]


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
def test_dates_go_to_the_right_and_strength_upwards(shape):
    rows = [
        row("old", "2025-01-31", 950.0),
        row("mid", "2025-07-31", 1050.0),
        row("new", "2026-03-01", 1000.0),
    ]
    found = chart.figure(report(*rows), "run 1", shape=shape)
    (marks,) = drawn_marks(found)
    new, mid, old = marks.x
    # 181 and 213 days.
    assert (mid - old) / (new - mid) == pytest.approx(181 / 213)
    assert marks.y[1] > marks.y[0] > marks.y[2]
    names = [note.text for note in found.layout.annotations]
    assert {"old", "mid", "new"} <= {name.replace("\u2068", "").replace("\u2069", "") for name in names}


def test_what_is_on_the_front_is_filled():
    rows = [row("old", "2025-01-31", front=True), row("new", "2026-03-01")]
    hollow, filled = drawn_marks(chart.figure(report(*rows), "run 1"))
    assert hollow.hovertext[0].startswith("new") and filled.hovertext[0].startswith("old")
    assert filled.marker.color[0] != hollow.marker.color[0]


@pytest.mark.parametrize(
    ("first", "last", "shape", "said"),
    [
        ("2026-03-01", "2026-03-20", "narrow", ["1 Mar", "11 Mar", "21 Mar"]),
        ("2025-01-31", "2026-03-01", "sheet", None),
        ("2015-01-31", "2026-03-01", "wide", None),
    ],
)
def test_ticks_are_round_dates_and_few(first, last, shape, said):
    rows = report(row("old", first), row("new", last))
    texts = list(chart.figure(rows, "run 1", shape=shape).layout.xaxis.ticktext)
    assert 2 <= len(texts) <= 9 and len(set(texts)) == len(texts)
    assert all(len(text) == 4 for text in texts) == (first[:4] == "2015")


def test_releases_without_votes_stand_in_the_table_alone():
    found = chart.figure(report(row("old", "2025-01-31", None), row("new", "2026-03-01")), "run 1")
    assert any("In the table: 1 without enough votes." in note.text for note in found.layout.annotations)
    none = chart.figure(report(row("old", "2025-01-31", None), row("new", "2026-03-01", None)), "run 1")
    assert not drawn_marks(none)


def test_one_date_is_no_course_of_time():
    assert not chart.drawn(report(row("one", "2026-03-01"), row("undated", None)))
    assert not chart.drawn(empty())
    assert chart.drawn(full())

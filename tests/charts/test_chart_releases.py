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
    assert told.releases[0].dot.label == "new, 1 Mar 2026"
    assert told.releases[0].dot.values == pytest.approx((0.0, -20.0, 20.0))


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
    assert told.releases[1].dot.values is None and told.releases[1].dot.why == "no vote of this run is on it"
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


def test_one_date_is_no_course_of_time():
    assert not chart.drawn(report(row("one", "2026-03-01"), row("undated", None)))
    assert not chart.drawn(empty())
    assert chart.drawn(full())

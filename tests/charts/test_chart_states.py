"""What holds for each of the newer charts in each state of a report."""

import json
from typing import Any

import pytest
from fonts import sizes
from report_states import REPORTS, odd, thin
from sample_many import climb, efforts, fronts, raters
from sample_report import full, older

from vibes.charts import (
    agreement,
    arms,
    cues,
    displacement,
    effort,
    goldilocks,
    overoptimisation,
    own_prompts,
    power,
    susceptibility,
    tiebreak_curve,
    traits,
    wins,
)
from vibes.charts.wording import WATERMARK

OF_VOTES = (displacement, tiebreak_curve, cues, arms, own_prompts, traits, wins, power)
OF_RATERS_AND_SAMPLES = (susceptibility, agreement, overoptimisation, goldilocks, effort)
CHARTS = (*OF_VOTES, *OF_RATERS_AND_SAMPLES)
EVERY = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.NAME)
STATES = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "sixty" else name for name in REPORTS]
)


@EVERY
@STATES
@pytest.mark.parametrize(("theme", "shape"), [("light", "wide"), ("dark", "narrow")])
def test_every_state_is_a_figure_with_text_of_twelve_pixels(
    chart: Any, name: str, theme: Any, shape: Any
) -> None:
    found = json.loads(chart.figure(REPORTS[name], "run 41", theme, shape).to_json())
    assert min(sizes(found)) >= 12
    assert found["layout"]["height"] > 70
    assert "NaN" not in json.dumps(found["data"])


@EVERY
@STATES
def test_every_state_has_its_words_and_its_table(chart: Any, name: str) -> None:
    told, table = chart.info(REPORTS[name]), chart.table(REPORTS[name])
    assert told.title and told.subtitle and told.footer
    assert told.simulated == REPORTS[name]["simulated"]
    assert bool(table.rows) == chart.drawn(REPORTS[name])
    assert all(len(line) == len(table.raw_names) for line in table.raw)
    assert table.csv("run 41", told.simulated).count("\n") == len(table.raw) + 1


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("made", [odd(), thin()], ids=["odd", "thin"])
def test_names_and_notes_stay_text_and_no_name_turns_the_line(chart: Any, made: Any) -> None:
    for shape in ("wide", "narrow", "sheet"):
        drawn = chart.figure(made, "run 41", "light", shape).to_plotly_json()
        words = json.dumps(drawn, default=list, ensure_ascii=False)
        assert "<script" not in words and "<img" not in words
        assert "\u202e" not in words


@pytest.mark.slow
@EVERY
def test_simulated_votes_are_stamped(chart: Any) -> None:
    for shape in ("wide", "narrow", "sheet"):
        notes = chart.figure(odd(simulated=7), "run 41", "light", shape).layout.annotations
        assert any(note.text == WATERMARK and note.textangle for note in notes)
    assert WATERMARK not in chart.figure(odd(), "run 41", "light", "sheet").to_json()


@EVERY
def test_a_sheet_carries_title_footer_and_run(chart: Any) -> None:
    made = full()
    notes = chart.figure(made, "run 41", "print", "sheet").layout.annotations
    words = " ".join(note.text.replace("<br>", " ") for note in notes)
    told = chart.info(made)
    assert told.title in words and "run 41" in words and all(part in words for part in told.footer)


@EVERY
def test_an_older_run_says_what_it_is(chart: Any) -> None:
    assert chart.info(older()).title == "This run was made before this figure existed"
    assert not chart.drawn(older())
    words = [note.text for note in chart.figure(older(), "run 41", "light", "wide").layout.annotations]
    assert words == ["not in this run"]


@pytest.mark.slow
@EVERY
def test_nothing_breaks_where_nothing_differs(chart: Any) -> None:
    flat = climb("a")
    same = [row | {"evals": 0.5, "vibes": None, "price": 0.0} for row in fronts(["a", "b", "c"])]
    spent = efforts(["a", "b"], 4)
    for row in spent:
        for point in row["points"]:
            point |= {"visible_tokens": 0.0, "reasoning_tokens": 0.0, "difficulty": 0.0}
    made = full(
        raters_detail=[row | {"susceptibility": None} for row in raters(3)] + raters(1),
        overoptimisation=[flat | {"curve": flat["curve"][:1], "forms": []}],
        goldilocks=same,
        effort=spent,
    )
    for shape in ("wide", "narrow", "sheet"):
        found = chart.figure(made, "run 41", "light", shape)
        assert found.layout.height > 70 and "NaN" not in found.to_json()


@pytest.mark.slow
@EVERY
@STATES
def test_no_label_needs_a_style_that_the_page_forbids(chart: Any, name: str) -> None:
    for shape in ("wide", "narrow", "sheet"):
        drawn = chart.figure(REPORTS[name], "run 41", "light", shape)
        words = [note.text.replace("<br>", "") for note in drawn.layout.annotations]
        assert not any("<" in word for word in words)

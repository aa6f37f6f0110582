"""What holds for each of the newer charts in each state of a report."""

import json
from typing import Any

import pytest
from sample_parts import CHINESE, LONG, RIGHT_TO_LEFT, cue, displacement, need, tiebreak_parts, wins
from sample_report import HOSTILE, empty, full, older, tiebreak

from vibes.charts import arms, cues, power, tiebreak_curve
from vibes.charts import displacement as displacements
from vibes.charts import wins as win_matrix
from vibes.charts.wording import WATERMARK

CHARTS = (displacements, tiebreak_curve, cues, arms, win_matrix, power)
ODD = (HOSTILE, LONG, RIGHT_TO_LEFT, CHINESE, "a\u202eb")


def odd(simulated: int = 0) -> Any:
    return full(
        simulated=simulated,
        cues={name: cue(0.03) for name in ODD},
        tiebreak=tiebreak() | tiebreak_parts() | {"cue": HOSTILE, "finding_note": HOSTILE},
        displacement=displacement(ODD),
        wins=wins(ODD),
        power=[need(name, 0.05, "log-odds", 12, 40) for name in ODD],
    )


def thin() -> Any:
    return full(
        cues={"praise_opener": cue(None)}, power=[need("C", 0.08, "log-odds", 0, None)], wins=wins()[3:4]
    )


REPORTS = {
    "empty": empty(),
    "older": older(),
    "one": full(1),
    "two": full(2),
    "thin": thin(),
    "sixty": full(60, simulated=7),
    "odd": odd(simulated=7),
}
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


def sizes(part: Any) -> list[float]:
    if isinstance(part, list):
        return [size for one in part for size in sizes(one)]
    if not isinstance(part, dict):
        return []
    own = [font["size"] for key, font in part.items() if key.endswith("font") and "size" in font]
    return own + [size for one in part.values() for size in sizes(one)]


@EVERY
@STATES
def test_every_state_has_its_words_and_its_table(chart: Any, name: str) -> None:
    told, table = chart.info(REPORTS[name]), chart.table(REPORTS[name])
    assert told.title and told.subtitle and told.footer
    assert told.simulated == REPORTS[name]["simulated"]
    assert bool(table.rows) == chart.drawn(REPORTS[name])
    assert all(len(line) == len(table.raw_names) for line in table.raw)
    assert table.csv("run 41", told.simulated).count("\n") == len(table.raw) + 1


@EVERY
def test_names_stay_text_and_no_name_turns_the_line(chart: Any) -> None:
    words = json.dumps(
        chart.figure(odd(), "run 41", "light", "wide").to_plotly_json(), default=list, ensure_ascii=False
    )
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

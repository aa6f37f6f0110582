import json
from typing import Any

import plotly.graph_objects as go
import pytest
from fonts import sizes
from sample_report import HOSTILE, empty, many, not_rated, report, row

from vibes.charts import card
from vibes.charts.wording import WATERMARK

REPORTS = {
    "empty": empty(),
    "one": many(1),
    "many": many(5, simulated=12),
    "sixty": many(60),
    "long": report([row("x" * 200, 1000), row("模型" * 60, 990), not_rated("ن" * 90)]),
    "hostile": report([row(HOSTILE, 1000), row("$x$ %{y} &lt;b&gt;", 990)]),
}


def figures(made: card.Card) -> list[Any]:
    payload = made.payload
    return [
        payload["sheet"],
        *(payload[theme][shape] for theme in ("light", "dark") for shape in ("wide", "narrow")),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in ("sixty", "long") else name for name in REPORTS],
)
def test_every_figure_is_json_that_plotly_takes(name: str) -> None:
    for made in card.cards(REPORTS[name], "run 41"):
        again = json.loads(json.dumps(made.payload, allow_nan=False))
        assert again == made.payload
        for figure in figures(made):
            go.Figure(figure)


@pytest.mark.slow
def test_simulated_data_is_stamped_into_every_figure() -> None:
    for made in card.cards(REPORTS["many"], "run 41"):
        for figure in figures(made):
            stamps = [note for note in figure["layout"]["annotations"] if note["text"] == WATERMARK]
            assert stamps and all(note["textangle"] for note in stamps)
    for made in card.cards(REPORTS["one"], "run 41"):
        assert WATERMARK not in json.dumps(made.payload)


def test_a_tall_figure_is_stamped_more_than_once() -> None:
    sheet = card.card("leaderboard", many(60, simulated=1), "run 41").payload["sheet"]
    assert sum(note["text"] == WATERMARK for note in sheet["layout"]["annotations"]) > 3


def test_the_sheet_for_downloads_carries_title_footer_and_run() -> None:
    for made in card.cards(many(3), "run 41"):
        words = " ".join(
            note["text"].replace("<br>", " ") for note in made.payload["sheet"]["layout"]["annotations"]
        )
        assert made.title in words
        assert all(part in words for part in made.footer)
        assert made.footer[-1] == "run 41"


@pytest.mark.slow
def test_no_text_is_smaller_than_twelve_pixels() -> None:
    for made in card.cards(many(60), "run 41"):
        assert min(sizes(made.payload)) >= 12


def test_light_and_dark_differ_in_colour_only() -> None:
    payload = card.card("leaderboard", many(5), "run 41").payload
    light, dark = payload["light"]["wide"], payload["dark"]["wide"]
    assert light != dark
    assert [trace.get("x") for trace in light["data"]] == [trace.get("x") for trace in dark["data"]]


def test_downloads_have_a_plain_file_name() -> None:
    assert card.file_name("tiebreak", "Run 41, ../../etc/passwd") == "tiebreak-run-41-etc-passwd"
    assert card.file_name("tiebreak", "模型") == "tiebreak"
    assert card.file_name("tiebreak", "run 41", 3) == "tiebreak-run-41-SIMULATED"

import json
from typing import Any

import pytest
from sample_many import fronts, names
from sample_report import empty, full, many, older

from vibes.charts import fronts as said
from vibes.charts import goldilocks as chart
from vibes.charts.plane import HEIGHT, STRIP, WIDTH


def row(
    model: str, evals: float | None, vibes: float | None, price: float | None, front: bool = False
) -> Any:
    effect = None
    if vibes is not None:
        effect = {"estimate": vibes, "low": vibes - 20, "high": vibes + 20, "se": None, "n": 412, "effective_raters": None, "unit": "Elo", "kind": "observational", "state": "ok"}  # fmt: skip
    return {"model": model, "evals": evals, "vibes": effect, "price": price, "front": front}


def found(*rows: Any) -> Any:
    return full(goldilocks=list(rows))


def marks(made: Any, shape: Any = "wide") -> Any:
    drawn = chart.figure(made, "run 1", "light", shape).data
    return [trace for trace in drawn if trace.mode == "markers"]


A, B = row("a", 0.7, 1100.0, 2.0, True), row("b", 0.5, 900.0, 8.0)


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (found(A, B), "No model beats a in evals, vibes and price at once"),
        (found(A, B | {"front": True}), "No model beats a or b in evals, vibes and price at once"),
        (found(*(row(name, 0.5, 1000.0, 1.0, True) for name in "abcd"), B), "4 of 5 models are beaten by no other in evals, vibes and price at once"),
        (found(A), "Only a is here: a front needs two models"),
        (found(A | {"front": False}, B), "Not enough is known yet to say which models are on the front"),
    ],
)  # fmt: skip
def test_the_title_says_whom_nothing_beats(made: Any, title: str) -> None:
    assert chart.info(made).title == title


def test_the_front_is_filled_and_the_area_goes_with_the_price() -> None:
    hollow, filled = marks(found(A, B))
    assert filled.marker.color[0] != "#ffffff" and hollow.marker.color[0] == "#ffffff"
    assert hollow.marker.size[0] == pytest.approx(2 * filled.marker.size[0])
    assert (filled.x[0] > hollow.x[0]) and (filled.y[0] > hollow.y[0])


def test_what_is_not_known_stands_in_a_strip_and_is_said() -> None:
    made = found(A, B, row("c", None, 1000.0, 1.0), row("d", 0.6, None, 1.0), row("e", None, None, 1.0))
    drawn = chart.figure(made, "run 1", "light", "wide")
    (hollow, _) = marks(made)
    places = dict(
        zip(
            [text.split(",")[0] for text in hollow.hovertext],
            zip(hollow.x, hollow.y, strict=True),
            strict=True,
        )
    )
    assert places["c"][0] == STRIP / 2 and places["d"][1] == STRIP / 2 and "e" not in places
    words = [note.text for note in drawn.layout.annotations]
    assert "evals unknown" in words and "vibes unknown" in words
    assert any("In the table: 1 with a price alone." in text.replace("<br>", " ") for text in words)
    assert (
        chart.info(made).notes[0]
        == "Not known: evals of 2 models and vibes of 2 models; the table says whose."
    )


def test_an_unknown_price_is_said_beside_the_name() -> None:
    drawn = chart.figure(found(A, row("b", 0.5, 900.0, None)), "run 1", "light", "wide")
    assert any("price ?" in note.text for note in drawn.layout.annotations)


def test_ticks_stand_where_their_value_does() -> None:
    drawn = chart.figure(found(A, B), "run 1", "light", "wide")
    (hollow, filled) = marks(found(A, B))
    at = dict(zip(drawn.layout.xaxis.ticktext, drawn.layout.xaxis.tickvals, strict=True))
    assert at["0.7"] == pytest.approx(filled.x[0]) and at["0.5"] == pytest.approx(hollow.x[0])


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
def test_no_name_hides_another_and_the_front_comes_first(shape: Any) -> None:
    made = full(goldilocks=fronts(names(60)))
    drawn = chart.figure(made, "run 1", "light", shape)
    named = [
        note
        for note in drawn.layout.annotations
        if " · " in (note.text or "") and note.text.startswith("model")
    ]
    assert 0 < len(named) < 60
    assert all(0 <= note.x <= WIDTH[shape] and 0 <= note.y <= HEIGHT[shape] for note in named)
    assert len(json.dumps(drawn.to_plotly_json(), default=list)) < 100_000
    assert len(chart.table(made).rows) == 60


def test_without_any_vibes_the_plane_is_low() -> None:
    flat = chart.figure(
        found(row("a", 0.7, None, 2.0, True), row("b", 0.5, None, 1.0, True)), "run 1", "light", "wide"
    )
    assert flat.layout.height < 260 and flat.layout.yaxis.title.text == ""
    names_alone = chart.figure(
        found(row("a", None, 1000.0, 2.0), row("b", None, 900.0, 1.0)), "run 1", "light", "wide"
    )
    assert names_alone.layout.xaxis.tickvals == ()


def test_the_hover_says_a_sentence() -> None:
    told = said.hover(A, "a", 1).replace("\xa0", " ")
    assert told == "a, on the front: evals 0.7; vibes 1100, 95 % interval 1080 to 1120; price 2 a sample."


def test_small_prices_are_said_for_a_thousand_samples() -> None:
    made = found(A | {"price": 0.0012}, B | {"price": 0.0004})
    words = [
        note.text.replace("<br>", " ")
        for note in chart.figure(made, "run 1", "light", "wide").layout.annotations
    ]
    assert any(text.endswith(" · 1.2") for text in words) and any(
        "its price for 1,000 samples" in text for text in words
    )
    table = chart.table(made)
    assert table.columns[4].label == "price for 1,000 samples" and table.rows[0][4].text == "1.2"
    assert table.raw[0][6] == 0.0012
    assert said.samples([]) == 1 and said.samples([B | {"price": 0.0}]) == 1_000_000


def test_one_known_quantity_alone_is_no_figure() -> None:
    made = found(row("a", 0.7, None, None), row("b", None, 900.0, None))
    assert not chart.drawn(made)
    assert chart.info(made).title == "No evals or prices are in this run to stand beside the votes"


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_rows(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

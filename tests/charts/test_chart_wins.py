import json
from typing import Any

import pytest
from sample_parts import wins
from sample_report import empty, full, many, older, report, row

from vibes.charts import theme
from vibes.charts import wins as chart


def cells(made: Any, shape: Any = "wide") -> Any:
    return [trace for trace in chart.figure(made, "run 1", "light", shape).data if trace.type == "bar"]


def test_models_stand_in_the_order_of_the_board_those_without_a_rating_last() -> None:
    made = report([row("a", 900), row("b", 1100)], wins=wins(["a", "b", "new"]))
    assert chart.info(made).models == ("b", "a", "new")


def test_the_title_names_a_pair_that_goes_against_the_board() -> None:
    assert (
        chart.info(full()).title
        == "model-02 beats model-01, against the order of the board; 8 of 9 decided pairs keep to it"
    )
    assert chart.info(full(2)).title == "model-00 is chosen over model-01 in 69\xa0% of 212 decisive votes"


def test_even_or_thin_pairs_claim_nothing() -> None:
    thin = wins(["a", "b", "c"])
    for one in thin:
        one["chosen"] = one["chosen"] | {"state": "not_enough"}
    assert chart.info(full(wins=thin)).title == "Not enough votes in any pair of models yet"
    for one in thin:
        one["chosen"] = one["chosen"] | {"state": "ok", "estimate": 0.5, "low": 0.4, "high": 0.6}
    assert chart.info(full(wins=thin)).title == "No pair of models is told apart by its own votes"


def test_a_cell_stands_at_its_row_and_column_in_the_colour_of_its_share() -> None:
    known, thin = cells(full())
    found = dict(
        zip(
            zip(known.y, known.base, strict=True),
            zip(known.text, known.marker.color, strict=True),
            strict=True,
        )
    )
    assert found[1, 1.5] == ("38", theme.diverging(1 / (1 + 2.718281828459045**0.48), "light"))
    assert sorted(zip(thin.y, thin.base, strict=True)) == [(0, 3.5), (4, -0.5)]
    assert thin.marker.pattern.shape == "/"
    assert len(known.y) + len(thin.y) == 20


def test_the_scale_is_even_about_one_half_and_its_numbers_can_be_read() -> None:
    for ground in ("light", "dark"):
        assert theme.diverging(0.5, ground) == theme.DIVERGING[ground == "dark"][1]
        assert theme.diverging(0.1, ground) == theme.diverging(0.2, ground)
        assert theme.diverging(0.9, ground) == theme.diverging(0.8, ground)
        for share in range(101):
            fill = theme.diverging(share / 100, ground)
            assert theme.contrast(theme.legible(fill), fill) >= 4.5


def test_only_cells_with_room_have_their_number() -> None:
    assert cells(full(12))[0].text is not None
    assert cells(full(17))[0].text is None
    assert cells(full(60), "narrow")[0].text is not None


def test_a_phone_shows_the_first_twelve_and_says_so() -> None:
    found = chart.figure(full(60), "run 1", "light", "narrow")
    assert len(found.layout.yaxis.ticktext) == 12
    assert any("The first 12 of 60 models" in note.text for note in found.layout.annotations)
    assert not any(
        "The first" in note.text
        for note in chart.figure(full(12), "run 1", "light", "narrow").layout.annotations
    )


@pytest.mark.slow
def test_sixty_models_keep_their_names_readable_and_their_payload_small() -> None:
    found = chart.figure(full(60), "run 1", "light", "wide")
    assert found.data[0].text is None
    inner = found.layout.height - found.layout.margin.t - found.layout.margin.b
    assert inner / 60 >= 15 and found.layout.yaxis.tickfont.size == 12
    assert len(json.dumps(found.to_plotly_json(), default=list)) < 600_000


def test_the_hover_says_a_sentence() -> None:
    told = chart.info(full()).wins["model-00", "model-01"].hover.replace("\xa0", " ")
    assert told == "model-00 beats model-01 in 58 % of 212 decisive votes, 95 % interval 52 to 64 %. 80 ties."


def test_the_table_has_a_row_a_pair_and_the_csv_both_orders() -> None:
    table = chart.table(full())
    assert (len(table.rows), len(table.raw)) == (10, 20)
    large = chart.table(full(60))
    assert len(large.rows) == 201 and large.rows[-1][0].text == "1,570 more pairs are in the CSV"


def test_one_order_of_a_pair_is_enough() -> None:
    made = full(wins=wins(["a", "b", "c"])[:1])
    assert len(chart.table(made).rows) == 1
    assert chart.figure(made, "run 1").layout.height > 0


@pytest.mark.parametrize("made", [many(), older(), empty()])
def test_there_is_nothing_without_a_pair(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

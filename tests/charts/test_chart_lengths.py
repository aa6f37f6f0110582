"""The figures of length by class and of the exchange rate: order, titles in each state, and what is not drawn."""

import pytest
from sample_effects import effect, not_enough
from sample_report import empty, full

from vibes.charts import exchange, lengths

SHARE = "P(longer wins | decisive)"


def by_class(**shares):
    found = full()
    found["describe"]["longer_wins"] = {
        key: effect(value, 0.04, unit=SHARE) if value is not None else not_enough(unit=SHARE)
        for key, value in shares.items()
    }
    return found


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            {"all": 0.41, "k8s": 0.66, "extract": 0.15},
            "The longer answer wins 66\u00a0% of votes on \u201ck8s\u201d, and 15\u00a0% on \u201cextract\u201d",
        ),
        ({"all": 0.7, "k8s": 0.66}, "The longer answer wins 70\u00a0% of decisive votes"),
        ({"all": 0.3}, "The shorter answer wins 70\u00a0% of decisive votes"),
        ({"all": 0.51}, "about as often as the shorter one"),
        ({"all": None}, "cannot be told yet"),
    ],
)
def test_the_title_of_lengths(shares, said):
    assert said in lengths.info(by_class(**shares)).title


def test_all_prompts_come_first_then_classes_by_share_about_an_even_one():
    told = lengths.info(by_class(code=0.2, all=0.5, advice=0.8, thin=None))
    assert [one.label for one in told.lines] == ["All prompts", "advice", "code", "thin"]
    marks = [
        trace.x[0]
        for trace in lengths.figure(by_class(code=0.2, all=0.5), "r").data
        if trace.mode == "markers"
    ]
    assert marks == pytest.approx([0.0, -30.0])


def test_without_texts_there_is_nothing_to_draw():
    assert not lengths.drawn(by_class())
    assert not exchange.drawn(empty())


def test_the_exchange_rate_says_the_largest_that_is_told():
    found = full()
    unit = "quality points per reference SD"
    found["exchange"]["buys"] = {
        "headers": effect(-0.5, 0.2, unit=unit),
        "praise": effect(0.34, 0.15, unit=unit),
        "length": effect(None, state="not_identified", unit=unit),
    }
    told = exchange.info(found)
    assert [one.key for one in told.rates] == ["headers", "praise", "length"]
    assert told.title == "One reference SD of \u201cHeaders\u201d costs 0.50 of quality"
    assert "quality by answer key" in told.subtitle
    assert len(exchange.table(found).rows) == 3
    found["exchange"]["buys"] = {"length": effect(None, state="not_identified", unit=unit)}
    assert "not identified" in exchange.info(found).title

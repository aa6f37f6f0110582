from typing import Any

import pytest
from sample_effects import effect, not_enough
from sample_parts import parts
from sample_report import agreement, empty, full, older

from vibes.charts import agreement as chart


def found(**changed: Any) -> Any:
    return full(agreement=agreement() | changed)


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (found(), "Raters disagree 29 % less than chance would have them; with themselves they agree in 81 % of repeats"),
        (found(alpha_nominal=effect(-0.2, 0.1, unit="alpha"), self_consistency=not_enough(unit="probability")), "Raters disagree 20 % more than chance would have them"),
        (found(alpha_nominal=effect(0.02, 0.1, unit="alpha")), "Whether raters agree more than by chance cannot be told yet; with themselves they agree in 81 % of repeats"),
        (found(alpha_nominal=not_enough(unit="alpha")), "Not enough yet to say how far raters agree; with themselves they do in 81 % of repeats"),
        (found(alpha_nominal=not_enough(unit="alpha"), self_consistency=not_enough(unit="probability")), "Not enough yet to say how far raters agree"),
    ],
)  # fmt: skip
def test_the_title_says_what_alpha_means(made: Any, title: str) -> None:
    assert chart.info(made).title.replace("\xa0", " ") == title


def test_zero_stands_above_zero_and_one_above_all() -> None:
    drawn = chart.figure(found(alpha_nominal=effect(-0.2, 0.1, unit="alpha")), "run 1", "light", "wide")
    above, below = drawn.layout.xaxis.range, drawn.layout.xaxis2.range
    assert [end * 100 for end in above] == pytest.approx(below)
    assert above == pytest.approx((-0.33, 1.03))
    assert drawn.layout.xaxis2.ticktext[-1] == "100\xa0%"
    ones = [shape.x0 for shape in drawn.layout.shapes]
    assert sorted(ones) == [0, 0, 1, 100]


def test_each_measure_has_its_n_and_each_scale_says_what_its_ends_mean() -> None:
    words = [note.text for note in chart.figure(full(), "run 1", "light", "wide").layout.annotations]
    assert "0.302 (0.272 to 0.332)  n 1,840" in words
    assert "0: as often as by chance; 1: always" in words
    assert any("never the same" in word for word in words)


def test_a_measure_without_an_interval_is_hatched_in_the_middle_of_its_axis() -> None:
    drawn = chart.figure(
        found(gold=not_enough(unit="probability", note="no golds yet")), "run 1", "light", "wide"
    )
    label = next(note for note in drawn.layout.annotations if "no golds yet" in note.text)
    assert label.x == pytest.approx(50) and label.xref == "x2"
    assert sum(trace.type == "bar" for trace in drawn.data) == 1


def test_flagged_raters_are_named_in_a_note_and_listed_in_the_table() -> None:
    told, rows = chart.info(full()), [[cell.text for cell in row] for row in chart.table(full()).rows]
    assert told.notes[0] == "Raters to look at: w03 (too fast) and w05 (position-bound)."
    assert [row[0] for row in rows] == ["Alpha, nominal", "Alpha, ordinal", "Kappa", "Own repeats", "Golds", "Rater w03", "Rater w05"]  # fmt: skip
    assert rows[-1][-1] == "to look at: position-bound"
    assert chart.table(full()).raw[-1][-1] == "position-bound"


def test_many_flags_are_cut_short_in_the_note() -> None:
    made = [row | {"flags": ["too fast"]} for row in parts()["raters_detail"]]
    assert "9 more in the table" in chart.info(full(raters_detail=made)).notes[0]


@pytest.mark.parametrize("made", [older(), empty()])
def test_there_is_nothing_without_verdicts_or_in_an_older_run(made: Any) -> None:
    assert chart.drawn(full()) and not chart.drawn(made)
    assert not chart.table(made).rows

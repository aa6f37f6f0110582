"""The words and the matrix of the rating page, from counts alone."""

from datetime import UTC, datetime

import pytest

from vibes.queries.rating_coverage import NAMED, matrix
from vibes.queries.rating_progress import Pace, Pair, Progress
from vibes.queries.study_rating_page import title


def progress(given: int, wanted: int, last_hour: int = 0, kind: str = "person") -> Progress:
    pace = Pace(hours=((datetime(2026, 11, 22, 9, tzinfo=UTC), last_hour),), last_hour=last_hour)
    return Progress(
        kind=kind,
        kinds=(kind,),
        wanted=wanted,
        given=given,
        extra=0,
        left_out=0,
        waiting=0,
        raters=(),
        pairs=(),
        pace=pace,
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (progress(412, 600, 60), "412 of 600 judgements, about 3 hours left at the present pace"),
        (progress(0, 0), "No comparison is ready to be rated yet"),
        (progress(0, 600), "No judgement yet of 600 that are wanted"),
        (progress(600, 600, 9), "All 600 judgements are here"),
        (progress(1, 1), "The one judgement that was wanted is here"),
        (progress(599, 600, 60), "599 of 600 judgements, about 1 minute left at the present pace"),
        (progress(5, 600, 4), "5 of 600 judgements, few of them in the last hour"),
        (progress(5, 600), "5 of 600 judgements, none of them in the last hour"),
        (progress(240, 0, kind="simulated"), "240 judgements of 0 simulated raters"),
    ],
)
def test_the_title_states_where_rating_stands(counts: Progress, said: str) -> None:
    assert title(counts) == said


def test_every_pair_stands_once_with_its_share() -> None:
    found = matrix([Pair("a", "b", 2, 4), Pair("a", "c", 4, 4), Pair("b", "c", 0, 4)])
    assert [name for _, name in found.heads] == ["a", "b"]
    cells = {
        (line.name, n): (cell.text, cell.tenths) for line in found.lines for n, cell in enumerate(line.cells)
    }
    assert cells == {
        ("b", 0): ("2 of 4", 5),
        ("b", 1): ("", 0),
        ("c", 0): ("4 of 4", 10),
        ("c", 1): ("0 of 4", 0),
    }
    assert found.least == "1 of 3 pairs complete; least covered are b and c."


def test_a_baseline_has_the_only_column() -> None:
    found = matrix([Pair("base", other, 1, 3) for other in ("x", "y", "z")])
    assert found.heads == ((1, "base"),)
    assert [line.name for line in found.lines] == ["x", "y", "z"]


def test_many_models_are_numbered() -> None:
    names = [f"model {n:02}" for n in range(NAMED + 2)]
    pairs = [Pair(one, other, 0, 1) for n, one in enumerate(names) for other in names[n + 1 :]]
    found = matrix(pairs)
    assert found.numbered
    assert len(found.lines) == len(names) - 1


def test_without_a_pair_there_is_no_matrix() -> None:
    found = matrix([])
    assert (found.heads, found.lines, found.least) == ((), (), "")

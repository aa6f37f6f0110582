"""The pages of a run: each figure has one, each page says something of every report, and what it shows it has."""

import pytest
from report_states import REPORTS

from vibes.charts import chapters
from vibes.charts.card import CHARTS
from vibes.charts.chapters import CHAPTERS
from vibes.charts.summary import summary


def test_every_figure_stands_on_a_page():
    assert {name for chapter in CHAPTERS.values() for name in chapter.figures} == set(CHARTS)


def test_lines_of_a_page_are_lines_of_the_summary():
    """A label that no summary has would be left out in silence."""
    known = {label for report in REPORTS.values() for label, _ in summary(report)}
    for chapter in CHAPTERS.values():
        for line in chapter.lines:
            assert any(chapters.belongs(label, line) for label in known), (chapter.slug, line)


@pytest.mark.parametrize("state", REPORTS)
@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_page_says_one_sentence(slug, state):
    chapter, report = CHAPTERS[slug], REPORTS[state]
    told = chapters.told(chapter, report)
    assert told.sentence.strip()
    assert chapter.empty
    assert chapter.mend
    assert chapter.name
    assert set(chapters.drawn(chapter, report)) <= set(chapter.figures)


def test_the_finding_is_said_on_two_pages_alone():
    report = REPORTS[next(iter(REPORTS))]
    words = {slug for slug, chapter in CHAPTERS.items() if chapters.told(chapter, report).word}
    assert words == {"overview", "tiebreak"}

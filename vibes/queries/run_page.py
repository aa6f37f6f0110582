"""A page of a frozen run."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from vibes.charts import chapters, wording
from vibes.charts.card import Card
from vibes.charts.chapters import CHAPTERS, Chapter
from vibes.charts.gaps import gaps
from vibes.charts.summary import Line, provenance
from vibes.models import AnalysisRun
from vibes.queries import drawn
from vibes.queries.nearest_page import Nearest, nearest
from vibes.queries.runs import is_stale, label, title
from vibes.stats.results import RaterRow, Report

# What a page says is seen in comparisons that are found by these searches.
CASES = {
    "tiebreak": (
        ("raters chose opposite sides", "apart=sides"),
        ("the side with the cue won", "winner=cued-won"),
        ("the side with the cue lost", "winner=cued-lost"),
    ),
    "formatting": (
        ("the longer side won", "winner=longer-won"),
        ("the longer side lost", "winner=longer-lost"),
        ("the side with more formatting won", "winner=formatted-won"),
        ("the side with more formatting lost", "winner=formatted-lost"),
    ),
    "raters": (
        ("raters chose opposite sides", "apart=sides"),
        ("all said the same", "apart=none"),
    ),
}
# In the list of raters to leave out, the busiest first.
MOST_RATERS = 300


@dataclass(frozen=True)
class Turn:
    """One page of the run as its navigation lists it; `full`: it has a figure."""

    slug: str
    name: str
    full: bool


@dataclass(frozen=True)
class Without:
    """A rater whom a board may go without; `flags`: what stands out, in words."""

    name: str
    shown: str
    flags: str
    n: int


@dataclass(frozen=True)
class RunPage:
    """`sentence` is what the page says, `word` the finding's own word; `gaps` says what is not enough yet, and how far."""

    chapter: Chapter
    turns: list[Turn]
    title: str
    label: str
    word: str
    sentence: str
    note: str
    lines: list[Line]
    warnings: list[str]
    cards: list[Card]
    gaps: list[Line]
    provenance: list[Line]
    facts: tuple[str, ...]
    nearest: Nearest | None
    cases: list[tuple[str, str]]
    raters: list[Without]
    flagged: str
    gate: bool
    simulated: bool
    stale: bool


def page(run: AnalysisRun, chapter: Chapter, cards: list[Card] | None = None) -> RunPage:
    """`cards`: in the place of the page's usual figures; its sentence is then what the first of them says."""
    report = cast(Report, run.result)
    told = chapters.told(chapter, report)
    overview, of_raters = chapter.slug == chapters.OVERVIEW, chapter.slug == chapters.RATERS
    return RunPage(
        chapter=chapter,
        turns=[Turn(one.slug, one.name, _full(one, report)) for one in CHAPTERS.values()],
        title=title(run),
        label=label(run),
        word=told.word,
        sentence=cards[0].title if cards else told.sentence,
        note=told.note,
        lines=chapters.lines(chapter, report),
        warnings=report["warnings"],
        cards=cards or [drawn.one(run, name) for name in chapters.drawn(chapter, report)],
        gaps=gaps(report) if overview else [],
        provenance=provenance(report),
        facts=wording.footer(report),
        nearest=nearest(run) if chapter.slug == chapters.TIEBREAK else None,
        cases=_cases(run, chapter),
        raters=[without(row) for row in report["raters_detail"][:MOST_RATERS]] if of_raters else [],
        flagged=_flagged(report) if of_raters else "",
        gate=report.get("gate") is not None,
        simulated=report["simulated"] > 0,
        stale=is_stale(run),
    )


def _full(chapter: Chapter, report: Report) -> bool:
    """The overview says what there is, even where nothing is drawn."""
    return chapter.slug == chapters.OVERVIEW or bool(chapters.drawn(chapter, report))


def without(row: RaterRow) -> Without:
    return Without(
        row["rater"], wording.shortened(wording.visible(row["rater"]), 24), ", ".join(row["flags"]), row["n"]
    )


def _flagged(report: Report) -> str:
    """What an address asks for that leaves out all raters with a flag; empty where there are none."""
    names = [row["rater"] for row in report["raters_detail"] if row["flags"] and "," not in row["rater"]]
    return urlencode({"where": f"rater!={','.join(names)}"}) if names else ""


def _cases(run: AnalysisRun, chapter: Chapter) -> list[tuple[str, str]]:
    """Words, and what the address of the study's comparisons ends with; of simulated raters where the run is of these alone."""
    if run.study_id is None:
        return []
    whose = "&raters=simulated" if run.specification["rater_kinds"] == ["simulated"] else ""
    return [(words, f"{asked}{whose}") for words, asked in CASES.get(chapter.slug, ())]

"""A frozen run as its page shows it."""

from dataclasses import dataclass
from typing import cast

from vibes.charts import finding
from vibes.charts.card import Card
from vibes.charts.gaps import gaps
from vibes.charts.summary import Line, provenance, summary
from vibes.models import AnalysisRun
from vibes.queries import drawn
from vibes.queries.runs import is_stale, label, title
from vibes.stats.results import Report


@dataclass(frozen=True)
class RunPage:
    """`finding` is a sentence, `word` the finding's own word; `gaps` says what is not enough yet, and how far."""

    title: str
    label: str
    word: str
    finding: str
    note: str
    summary: list[Line]
    warnings: list[str]
    cards: list[Card]
    gaps: list[Line]
    provenance: list[Line]
    simulated: bool
    stale: bool
    raters: str
    ties: str


def page(run: AnalysisRun) -> RunPage:
    report = cast(Report, run.result)
    told = finding.told(report)
    return RunPage(
        title=title(run),
        label=label(run),
        word=told.word,
        finding=told.title,
        note=told.note,
        summary=[line for line in summary(report) if line[0] != "Warning"],
        warnings=report["warnings"],
        cards=drawn.cards(run),
        gaps=gaps(report),
        provenance=provenance(report),
        simulated=report["simulated"] > 0,
        stale=is_stale(run),
        raters=_raters(run.specification["rater_kinds"]),
        ties=run.specification["ties"],
    )


def _raters(kinds: list[str]) -> str:
    """The name under which the results page asks for these raters."""
    return {"person": "people", "simulated": "simulated"}.get(" ".join(kinds), "both")

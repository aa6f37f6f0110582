"""Two runs as their page shows them. Loads plotly: only a page that has two runs asks for it."""

from dataclasses import dataclass
from typing import cast

from vibes.charts import compared, run_changes
from vibes.charts.card import Card
from vibes.charts.run_changes import Change
from vibes.charts.run_pair import RunPair, pair_of
from vibes.models import AnalysisRun
from vibes.queries import compared_runs as read
from vibes.queries import drawn
from vibes.queries.runs import label
from vibes.stats.results import Report


@dataclass(frozen=True)
class ComparedPage:
    """`cautions` stand above the figure; `missing`: what cannot be compared, and why. `may_be_apart`: nothing is known
    to be in both, and the reader may say that nothing is."""

    sentence: str
    labels: tuple[str, str]
    cautions: tuple[str, ...]
    card: Card
    missing: tuple[tuple[str, str], ...]
    told: list[str]
    data: list[Change]
    code: list[Change]
    may_be_apart: bool
    simulated: bool


def pair(first: AnalysisRun, second: AnalysisRun, *, independent: bool) -> RunPair:
    return pair_of(
        cast(Report, first.result),
        cast(Report, second.result),
        (label(first), label(second)),
        read.shared(first, second, independent=independent),
        same_questions=read.same_questions(first, second),
    )


def page(first: AnalysisRun, second: AnalysisRun, *, independent: bool) -> ComparedPage:
    beside = pair(first, second, independent=independent)
    told = compared.info(beside)
    return ComparedPage(
        sentence=told.title,
        labels=beside.labels,
        cautions=told.cautions,
        card=drawn.of_two(first, second, f"{beside.shared}", lambda: compared.made(beside)),
        missing=told.missing,
        told=run_changes.told(beside),
        data=run_changes.data(beside),
        code=run_changes.code(beside),
        may_be_apart=beside.shared == (read.ANSWERS,),
        simulated=beside.simulated > 0,
    )

"""The cases nearest to the verdict, as the Tiebreak page of a run lists them: each with its prompt and its comparisons."""

from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from vibes.charts import numbers, wording
from vibes.charts.families import cue_name
from vibes.models import AnalysisRun, Arm
from vibes.queries.disagreements import excerpt
from vibes.stats.results import NearestCase, Report

SHOWN_AS = {"": "without", "a": "on A", "b": "on B"}


@dataclass(frozen=True)
class Near:
    """One case. `gap`: by how much, and for whom; `shown`: its variants by where the cue stands, with their address."""

    name: str
    models: tuple[str, str]
    gap: str
    votes: str
    chosen: str
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Nearest:
    cue: str
    rows: list[Near]


def nearest(run: AnalysisRun) -> Nearest | None:
    """Of the cue that stands for the tiebreak. In one look, however many there are; None where the run has none."""
    report = cast(Report, run.result)
    cue = report["tiebreak"]["cue"]
    found = report["cues"][cue].get("nearest", []) if cue else []
    if not cue or not found:
        return None
    shown = _arms(run, found)
    return Nearest(cue_name(cue), [_near(case, shown.get(case["matchup"], [])) for case in found])


def _arms(run: AnalysisRun, found: list[NearestCase]) -> dict[str, list[Arm]]:
    """The variants of each matchup by its name; of a file, whose matchups have no pages here, none."""
    if run.study_id is None:
        return {}
    ids = [int(case["matchup"]) for case in found if case["matchup"].isdecimal()]
    arms: QuerySet[Arm] = Arm.objects.filter(matchup__in=ids, matchup__study=run.study_id)
    arms = (
        arms.filter(comparison__protocol=run.protocol_id)
        .select_related("comparison")
        .order_by("cue_on", "pk")
    )
    by_matchup: dict[str, list[Arm]] = {}
    for arm in arms:
        by_matchup.setdefault(str(arm.matchup_id), []).append(arm)
    return by_matchup


def _near(case: NearestCase, arms: list[Arm]) -> Near:
    first, second = wording.visible(case["model_a"]), wording.visible(case["model_b"])
    ahead = first if case["gap"] > 0.0 else second
    return Near(
        name=excerpt(arms[0].comparison) if arms else wording.visible(case["matchup"]),
        models=(first, second),
        gap=f"{numbers.decimal(abs(case['gap']), 2)} for {ahead}",
        votes=numbers.count(case["votes"]),
        chosen=numbers.percent(case["chosen"], 0),
        shown=tuple((SHOWN_AS[arm.cue_on], str(arm.comparison.public_id)) for arm in arms),
    )

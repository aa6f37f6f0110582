"""What the Vibes page of a run shows beside its lines: one endpoint's profile or two, and what raters flagged, with the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from annotations.models import Judgement
from vibes.charts import numbers, vibe_profile, wording
from vibes.charts.card import Card
from vibes.charts.vibe_profile import Beside
from vibes.models import AnalysisRun
from vibes.queries import drawn
from vibes.queries import probed as probe_rows
from vibes.queries.spent_page import Answered, Takes, probed, takes
from vibes.stats.results import FlagRate, Report

# Cases linked from one row; all of them are in report.json.
CASES = 5


@dataclass(frozen=True)
class Flagged:
    """A flag of one model: its rate in words, and addresses of the first cases by their judgement."""

    model: str
    flag: str
    rate: str
    n: str
    flagged: int
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VibePage:
    """`chosen`: the endpoints in the figure; `names`: all that have a profile."""

    names: list[str]
    first: str
    second: str
    card: Card | None
    takes: list[Takes]
    probed: list[Answered]
    # A probe run that was scored after this run was asked for.
    later: int | None
    flags: list[Flagged]


def page(run: AnalysisRun, chosen: Sequence[str]) -> VibePage:
    """`chosen`: names from the address; those without a profile are passed over."""
    report = cast(Report, run.result)
    names = vibe_profile.models(report)
    asked = list(dict.fromkeys(name for name in chosen if name in names))[:2] or names[:1]
    card = drawn.of(run, Beside(tuple(asked)), "\0".join([vibe_profile.NAME, *asked])) if asked else None
    return VibePage(
        names=names,
        first=asked[0] if asked else "",
        second=asked[1] if len(asked) > 1 else "",
        card=card,
        takes=takes(report, asked),
        probed=probed(report, asked),
        later=probe_rows.later(run.study, run.created_at) if run.study else None,
        flags=flags(run, report),
    )


def flags(run: AnalysisRun, report: Report) -> list[Flagged]:
    """In one look, however many there are."""
    rows = report.get("flags", [])
    shown = _comparisons(rows) if run.study_id else {}
    return [
        Flagged(
            model=wording.visible(row["model"]),
            flag=wording.visible(row["flag"]),
            rate=wording.worded(row["rate"]),
            n=numbers.count(row["rate"]["n"]),
            flagged=row["flagged"],
            cases=tuple((case, shown[case]) for case in row["cases"][:CASES] if case in shown),
        )
        for row in rows
    ]


def _comparisons(rows: Sequence[FlagRate]) -> dict[str, str]:
    """The address of the comparison of each judgement that is a case."""
    ids = [int(case) for row in rows for case in row["cases"][:CASES] if case.isdecimal()]
    found = Judgement.objects.filter(pk__in=ids)
    pairs = found.values_list("pk", "assignment__comparison__public_id")
    return {str(pk): str(public_id) for pk, public_id in pairs}

"""`manage.py compare A B`: what moved between two reports, without a browser."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vibes.charts import compared, run_changes, summary, wording
from vibes.charts.run_changes import Change
from vibes.charts.run_pair import RunPair, pair_of
from vibes.datasets.errors import DatasetError
from vibes.datasets.report_files import read_report
from vibes.models import AnalysisRun
from vibes.queries import compared_page, compared_runs
from vibes.stats.results import Report
from vibes.stats.run_differences import raters_in_both

BAD_INPUT_EXIT = 2
UNKNOWN = "perhaps the same answers, which a report does not name (--independent says that none is)"


class Command(BaseCommand):
    help = "What moved between two runs, with intervals of the difference (second less first). Exit 2 on bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("first", metavar="A", help="a report.json, or the number of a run")
        parser.add_argument("second", metavar="B", help="the same; differences are B less A")
        parser.add_argument(
            "--independent",
            action="store_true",
            help="no rater and no answer is in both; it is not believed where the reports say otherwise",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object (docs/report.md)")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            pair = _pair(options["first"], options["second"], independent=options["independent"])
        except (DatasetError, compared_runs.RefusedError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT_EXIT) from None
        self.stdout.write(
            json.dumps(_json(pair), ensure_ascii=False, indent=1) if options["json"] else _text(pair)
        )


def _pair(first: str, second: str, *, independent: bool) -> RunPair:
    if _same(first, second):
        raise compared_runs.RefusedError(f"Both are {first}. Give two that differ.")
    if first.isdecimal() and second.isdecimal():
        runs = (compared_runs.found(first), compared_runs.found(second))
        return compared_page.pair(*runs, independent=independent)
    reports, labels = zip(*map(_read, (first, second)), strict=True)
    if labels[0] == labels[1]:
        labels = (first, second)
    raters = raters_in_both(*reports)
    known = [wording.plural(len(raters), "rater")] if raters else []
    shared = tuple(known or ([] if independent else [UNKNOWN]))
    return pair_of(reports[0], reports[1], (labels[0], labels[1]), shared)


def _same(first: str, second: str) -> bool:
    if first.isdecimal() and second.isdecimal():
        return first.lstrip("0") == second.lstrip("0")
    return Path(first).resolve() == Path(second).resolve()


def _read(text: str) -> tuple[Report, str]:
    """A report with its label: of a run, or of a file."""
    if text.isdecimal():
        run: AnalysisRun = compared_runs.found(text)
        return cast(Report, run.result), f"run {run.pk}"
    path = Path(text)
    return cast(Report, read_report(path)), "/".join(path.parts[-2:])


def _text(pair: RunPair) -> str:
    told = compared.info(pair)
    simulated = [f"*** {wording.WATERMARK} ***"] if told.simulated else []
    parts = [*simulated, f"{told.title}.", "\n".join(told.cautions), summary.aligned(compared.table(pair))]
    if told.missing:
        parts.append("NOT COMPARABLE\n" + summary.aligned_lines(list(told.missing)))
    parts.append("DATA\n" + "\n".join([*run_changes.told(pair), _changes(run_changes.data(pair))]))
    parts.append("CODE\n" + _changes(run_changes.code(pair)))
    return "\n\n".join(part for part in parts if part)


def _changes(changes: list[Change]) -> str:
    said = [(one.label, one.first if one.same else f"{one.first} -> {one.second}") for one in changes]
    return summary.aligned_lines(said)


def _json(pair: RunPair) -> dict[str, Any]:
    told = compared.info(pair)
    return {
        "first": pair.labels[0],
        "second": pair.labels[1],
        "finding": told.title,
        "simulated": told.simulated,
        "shared": list(pair.shared),
        "cautions": list(told.cautions),
        "differences": [asdict(one) for one in pair.found],
        "data": [asdict(one) for one in run_changes.data(pair)],
        "code": [asdict(one) for one in run_changes.code(pair)],
    }

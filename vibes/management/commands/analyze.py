"""`manage.py analyze PATH | --study S`: the main job without a browser."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vibes.charts import report_page, summary
from vibes.datasets.judgement_files import read_judgements
from vibes.datasets.policy_files import read_policy
from vibes.datasets.sample_files import read_samples
from vibes.models import AnalysisRun, ProtocolVersion, Study
from vibes.queries import probed, unblinded, versions
from vibes.services import analyses, computing
from vibes.stats.frames import parse_condition
from vibes.stats.gate import RANGES, Margins
from vibes.stats.report import Specification
from vibes.stats.results import Probed, Report

BAD_INPUT_EXIT = 2
ALL_KINDS = ("person", "machine", "simulated")


class Command(BaseCommand):
    help = "Analyse judgements: print a summary, write report.json and a self-contained report.html. Exit 2 on bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, help="a judgement frame (.jsonl, .csv, .parquet) or a folder"
        )
        parser.add_argument("--study", type=int, help="a study's number, in place of a path")
        parser.add_argument(
            "--run", type=int, help="with --study: this frozen run, computed anew from its specification"
        )
        parser.add_argument(
            "--asked",
            type=int,
            metavar="N",
            help="with --study: version N of what raters were asked, in place of the newest",
        )
        parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the reports go")
        parser.add_argument("--ties", choices=["ordinal", "davidson", "half"], default="ordinal")
        parser.add_argument("--both-bad", choices=["out", "tie"], default="out")
        parser.add_argument(
            "--raters",
            choices=ALL_KINDS,
            action="append",
            help="kinds of raters; may be repeated; default person",
        )
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="CONDITION",
            help="column=value[,value], column!=value[,value], column>=number or column<=number",
        )
        parser.add_argument(
            "--errors",
            choices=["largest", "cr3"],
            default="largest",
            help="cr3: leave one rater out, the stricter choice",
        )
        parser.add_argument(
            "--planned",
            type=int,
            metavar="N",
            help="cued judgements planned; findings wait for planned looks",
        )
        parser.add_argument(
            "--samples",
            type=Path,
            metavar="FILE",
            help="samples of answers with scores, tokens, prices (.csv, .jsonl): over-optimisation, effort, Goldilocks",
        )
        parser.add_argument(
            "--same",
            nargs=2,
            action="append",
            default=[],
            metavar="MODEL",
            help="two endpoints that claim to be one model: do they answer alike?",
        )
        parser.add_argument(
            "--gate",
            nargs=2,
            metavar=("CANDIDATE", "BASELINE"),
            help="may the candidate take the baseline's place? The report says; the exit code does not",
        )
        parser.add_argument(
            "--policy", type=Path, metavar="FILE", help="with --gate: its margins (.toml, docs/report.md)"
        )
        parser.add_argument("--seed", type=int, default=analyses.DEFAULT_SEED)
        parser.add_argument("--json-only", action="store_true", help="write report.json alone")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            source = _source(options)
            specification = _specification(options, source.run)
            path = _samples(options, source.run)
            samples = read_samples(path) if path else None
            report = computing.analyse_columns(
                source.columns(specification),
                specification,
                samples=samples,
                probed=source.probed(),
                seed=source.seed,
                code_version=analyses.code_version(),
                data_fingerprint=source.fingerprint(),
                progress=_progress(),
            )
        except (*computing.BAD_INPUT, ValueError, OSError) as error:
            _end(str(error))
        self.stdout.write(summary.text(report))
        if samples and samples.ignored and path:
            self.stdout.write(f"Columns of {path.name} not used: {', '.join(samples.ignored)}.")
        for path in _write(report, source.title, source.label, options):
            self.stdout.write(f"wrote {path}")


class _Source:
    """Where the rows come from."""

    def __init__(self, title: str, label: str, seed: int) -> None:
        self.title, self.label, self.seed = title, label, seed
        self.run: AnalysisRun | None = None
        self.columns: Callable[[Specification], computing.Columns]
        self.fingerprint: Callable[[], str]
        self.probed: Callable[[], list[Probed]] = list


def _source(options: dict[str, Any]) -> _Source:
    path, study = options["path"], options["study"]
    if (path is None) == (study is None):
        raise ValueError("Give a path or --study, one of them.")
    if options["run"] and study is None:
        raise ValueError("--run belongs to --study.")
    if options["asked"] is not None and (study is None or options["run"]):
        raise ValueError("--asked belongs to --study, and a run has a version of its own.")
    if options["run"] and options["gate"]:
        raise ValueError(f"Run {options['run']} has a specification of its own: give --gate without --run.")
    return _file(path, options["seed"]) if path else _study(study, options)


def _file(path: Path, seed: int) -> _Source:
    source = _Source(path.name or str(path.resolve().name), "analyze", seed)
    source.columns = lambda _: read_judgements(path)
    source.fingerprint = lambda: analyses.file_fingerprint(path)
    return source


def _study(pk: int, options: dict[str, Any]) -> _Source:
    study = Study.objects.filter(pk=pk).first()
    if study is None:
        raise ValueError(f"There is no study {pk}.")
    study = _as_asked(study, options["asked"])
    source = _Source(study.name, "analyze", options["seed"])
    if options["run"]:
        source.run = AnalysisRun.objects.filter(pk=options["run"], study=study).first()
        if source.run is None:
            raise ValueError(f"Study {pk} has no run {options['run']}.")
        source.seed, source.label = source.run.seed, f"run {source.run.pk}"
        study = versions.of_run(source.run) or study
        if source.run.data_fingerprint != unblinded.fingerprint(study):
            raise ValueError(
                f"Run {source.run.pk} was made on other judgements; the study has moved on since."
            )
    source.columns = lambda specification: unblinded.columns(study, kinds=specification.rater_kinds)
    source.fingerprint = lambda: unblinded.fingerprint(study)
    asked = source.run.created_at if source.run else None
    source.probed = lambda: probed.rows(study, asked)
    return source


def _as_asked(study: Study, number: int | None) -> Study:
    if number is None:
        return study
    try:
        return versions.numbered(study, number)
    except ProtocolVersion.DoesNotExist:
        raise ValueError(f"There is no version {number} of what was asked in study {study.pk}.") from None


def _specification(options: dict[str, Any], run: AnalysisRun | None) -> Specification:
    if run:
        return computing.specification_of(run.specification)
    samples = options["samples"]
    for condition in options["where"]:
        parse_condition(condition)
    return Specification(
        ties=options["ties"],
        both_bad=options["both_bad"],
        rater_kinds=tuple(options["raters"] or ["person"]),
        errors=options["errors"],
        planned=options["planned"],
        where=tuple(options["where"]),
        same=tuple((first, second) for first, second in options["same"]),
        gate=tuple(options["gate"]) if options["gate"] else None,
        margins=_margins(options),
        samples=analyses.file_fingerprint(samples) if samples else "",
    )


def _samples(options: dict[str, Any], run: AnalysisRun | None) -> Path | None:
    """The file of samples; of a frozen run its own."""
    if run is None:
        return cast(Path | None, options["samples"])
    if options["samples"]:
        raise ValueError(f"Run {run.pk} has samples of its own, or none: give --samples without --run.")
    return Path(run.samples_path) if run.samples_path else None


def _margins(options: dict[str, Any]) -> Margins:
    """Those of the policy file, or the usual ones. Raises ValueError for a policy without a gate."""
    if not options["policy"]:
        return Margins()
    if not options["gate"]:
        raise ValueError("--policy belongs to --gate CANDIDATE BASELINE.")
    return Margins(**read_policy(options["policy"], RANGES))


def _progress() -> computing.Progress | None:
    """Steps on standard error, where somebody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, steps: int, what: str) -> None:
        sys.stderr.write("\r\033[K" if done >= steps else f"\r\033[K{done}/{steps} {what}")
        sys.stderr.flush()

    return show


def _write(report: Report, title: str, label: str, options: dict[str, Any]) -> list[Path]:
    folder: Path = options["out"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "report.json"]
        paths[0].write_bytes(analyses.report_bytes(report))
        if not options["json_only"]:
            paths.append(folder / "report.html")
            paths[1].write_text(report_page.render_html(report, title, label), encoding="utf-8")
    except OSError as error:
        _end(f"The report could not be written: {error}.")
    return paths


def _end(message: str) -> NoReturn:
    raise CommandError(message, returncode=BAD_INPUT_EXIT)

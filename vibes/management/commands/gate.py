"""`manage.py gate --study S --candidate X --baseline Y`: the gate for a pipeline, by its exit code and as JSON."""

import json
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from vibes.datasets.policy_files import read_policy
from vibes.models import AnalysisRun, Study
from vibes.queries import gates as read
from vibes.services import analyses, computing, gates
from vibes.stats.gate import EXIT_CODES, RANGES, Margins
from vibes.stats.verdict_model import TIE_RULES

BAD_INPUT_EXIT = EXIT_CODES["bad input"]
KINDS = ("person", "machine", "simulated")


class Command(BaseCommand):
    help = (
        "May a candidate take the place of a baseline? Exit 0: pass, 1: fail, 2: bad input, 3: not enough yet. The run behind the "
        "answer is frozen and has a page."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", type=int, required=True, metavar="S", help="a study's number")
        parser.add_argument(
            "--candidate", required=True, metavar="X", help="the model that may be released, by its name"
        )
        parser.add_argument(
            "--baseline", required=True, metavar="Y", help="the model that it would take the place of"
        )
        parser.add_argument(
            "--policy",
            type=Path,
            metavar="FILE",
            help="the margins (.toml, docs/gate.md); default the usual ones",
        )
        parser.add_argument("--ties", choices=TIE_RULES, default="ordinal")
        parser.add_argument(
            "--raters",
            choices=KINDS,
            action="append",
            help="kinds of raters; may be repeated; default person",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object (docs/gate.md)")

    def handle(self, *_: Any, **options: Any) -> None:
        text, code = _answered(options)
        self.stdout.write(text)
        if code:
            sys.exit(code)


def _answered(options: dict[str, Any]) -> tuple[str, int]:
    """What to print, and the exit code. Whatever goes wrong ends with 2: 1 is kept for a candidate that fails."""
    try:
        run = _run(options)
        told, address = read.told(run), reverse("gate", args=[run.pk])
        if options["json"]:
            return json.dumps(read.as_json(run, address), ensure_ascii=False, indent=1), told.exit_code
        return "\n".join(read.lines(run, told, address)), told.exit_code
    except (*computing.BAD_INPUT, gates.GateRefusedError) as error:
        _end(str(error))
    except CommandError:
        raise
    except Exception as error:  # noqa: BLE001  an uncaught one would end with 1, which says fail
        traceback.print_exc()
        _end(f"The gate could not be asked: {type(error).__name__}: {error}")


def _run(options: dict[str, Any]) -> AnalysisRun:
    """The frozen run, computed here where nobody has yet."""
    study = Study.objects.select_related("protocol").filter(pk=options["study"]).first()
    if study is None:
        _end(f"There is no study {options['study']}.")
    policy = read_policy(options["policy"], RANGES) if options["policy"] else {}
    asked = gates.ask(
        by=None,
        study=study,
        candidate=options["candidate"],
        baseline=options["baseline"],
        margins=vars(Margins(**policy)),
        ties=options["ties"],
        rater_kinds=tuple(options["raters"] or ["person"]),
    )
    run = analyses.compute(run_id=asked.pk)
    if run.state != AnalysisRun.State.DONE:
        _end(run.error or f"Run {run.pk} was cancelled while it was computed.")
    return run


def _end(message: str) -> NoReturn:
    raise CommandError(message, returncode=BAD_INPUT_EXIT)

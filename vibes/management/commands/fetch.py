"""`manage.py fetch STUDY`: what a study's page shows and does, in a terminal. It wakes the workers; it calls no model."""

import json
import sys
import time
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu.exceptions import OperationalError

from vibes import celery, tasks
from vibes.management.terminal import Block
from vibes.models import Study
from vibes.queries import fetching_text
from vibes.queries.amounts import counted
from vibes.queries.fetching_page import FetchingPage
from vibes.services.generations import control, watching

ALL_DONE, SOME_FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 3
# On a terminal the block is drawn anew so often, elsewhere a line is written so often.
REDRAW_SECONDS, LINE_SECONDS = 1.0, 5.0
# So long nothing may run before the workers are asked whether they are there.
SILENT_SECONDS = 10.0
PING_SECONDS = 1.0
NO_WORKER = (
    "No generation worker answers. On a machine of your own `make demo` starts one; on a server: "
    "celery -A vibes.celery worker -Q pump -P prefork -c 1"
)
NO_BROKER = (
    "The broker cannot be reached ({error}): check VIBES_BROKER_URL. What was ordered is stored and waits."
)


class Command(BaseCommand):
    help = (
        "Fetch the answers of a study, or watch it. Exit 0: all are here (or still moving, without --progress), "
        "1: some failed, 2: bad input, 3: paused, cancelled or at its spending cap."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", help="a study's number, or its exact name")
        parser.add_argument("--progress", action="store_true", help="watch until nothing moves")
        parser.add_argument(
            "--retry-failed", action="store_true", help="put the failed answers back into the queue"
        )
        parser.add_argument(
            "--missing", action="store_true", help="ask for all that is failed, cancelled or never asked"
        )
        verbs = parser.add_mutually_exclusive_group()
        for verb in ("pause", "resume", "cancel"):
            verbs.add_argument(f"--{verb}", action="store_true", help=f"{verb} the fetching")
        parser.add_argument("--budget", metavar="N", help="the spending cap in US dollars, or `none`")
        parser.add_argument("--json", action="store_true", help="numbers as JSON, a line each time")

    def handle(self, *_: Any, **options: Any) -> None:
        study = _study(options["study"])
        for told in _acts(study, options):
            self.stderr.write(told)
        self._wake()
        page = self._watch(study, options) if options["progress"] else _look(study)
        if not options["progress"]:
            self._print(study, page, options)
        code = _exit_code(page)
        if code:
            sys.exit(code)

    def _watch(self, study: Study, options: dict[str, Any]) -> FetchingPage:
        """Shows the numbers until nothing moves; Ctrl-C ends the watching, not the fetching."""
        block = Block(self.stdout, live=not options["json"])
        silence = Silence()
        try:
            while True:
                page = _look(study)
                ended = not page.moving
                self._show(block, study, page, options, ended=ended)
                if ended:
                    return page
                if hint := silence.hint(page):
                    self.stderr.write(hint)
                time.sleep(REDRAW_SECONDS)
        except KeyboardInterrupt:
            self.stderr.write("No longer watched; the fetching goes on.")
            return page

    def _show(
        self, block: Block, study: Study, page: FetchingPage, options: dict[str, Any], *, ended: bool
    ) -> None:
        if block.live:
            block.draw(fetching_text.table(study, page))
        elif ended and not options["json"]:
            self._print(study, page, options)
        elif ended or block.due(LINE_SECONDS):
            line = (
                json.dumps(fetching_text.numbers(study, page))
                if options["json"]
                else fetching_text.line(page)
            )
            self.stdout.write(line)
            self.stdout.flush()

    def _print(self, study: Study, page: FetchingPage, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(fetching_text.numbers(study, page)))
        else:
            self.stdout.write("\n".join(fetching_text.table(study, page)))

    def _wake(self) -> None:
        try:
            tasks.pump_generations.delay()
        except OperationalError as error:
            self.stderr.write(NO_BROKER.format(error=error))


class Silence:
    """Notices that nothing runs, and asks once whether any worker is there."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.told = False

    def hint(self, page: FetchingPage) -> str:
        """How to start a worker, once, where none answers; else nothing."""
        now = time.monotonic()
        if page.progress.counts.running or not page.progress.counts.waiting:
            self.since = now
        if self.told or now - self.since < SILENT_SECONDS:
            return ""
        self.since = now
        self.told = not _worker_answers()
        return NO_WORKER if self.told else ""


def _worker_answers() -> bool:
    try:
        queues = celery.application.control.inspect(timeout=PING_SECONDS).active_queues() or {}
    except (OperationalError, OSError):
        return False
    return any(queue["name"] == "pump" for found in queues.values() for queue in found)


def _study(given: str) -> Study:
    number = given.isascii() and given.isdigit()
    found = list(Study.objects.filter(**({"pk": int(given)} if number else {"name": given}))[:2])
    if not found:
        newest = "; ".join(f"{study.pk} {study.name}" for study in Study.objects.order_by("-pk")[:5])
        _end(f"There is no study {given}. The newest: {newest or 'none, there is no study yet'}.")
    if len(found) > 1:
        _end(f"Several studies are called {given}: give the number that stands in the address of its page.")
    return found[0]


def _look(study: Study) -> FetchingPage:
    study.refresh_from_db()
    return watching.watch(study)


def _acts(study: Study, options: dict[str, Any]) -> Iterator[str]:
    """Does what was asked for, in the order in which it makes sense, and says what came of it."""
    if options["budget"] is not None:
        changed = control.set_budget(by=None, study=study, budget=_budget(options["budget"]))
        yield "The spending cap is set." if changed else "That is the spending cap already."
    if options["cancel"]:
        yield f"Cancelled: {counted(control.cancel(by=None, study=study), 'answer')} will not be asked for."
    if options["pause"]:
        yield "Paused." if control.pause(by=None, study=study) else "It was not running."
    if options["resume"]:
        yield "Resumed." if control.resume(by=None, study=study) else "It was not paused."
    if options["missing"]:
        yield f"{counted(control.fill_missing(by=None, study=study), 'answer')} asked for."
    elif options["retry_failed"]:
        yield f"{counted(control.retry_failed(by=None, study=study), 'failed answer')} asked for again."


def _budget(given: str) -> Decimal | None:
    if given == "none":
        return None
    try:
        budget = Decimal(given)
    except InvalidOperation:
        budget = Decimal(-1)
    if not (budget.is_finite() and 0 <= budget < 10**8):
        _end(f"--budget {given}: write US dollars from 0 to 99,999,999, such as 12.50, or `none`.")
    return budget.quantize(Decimal("0.0001"))


def _exit_code(page: FetchingPage) -> int:
    return {"stopped": STOPPED, "failed": SOME_FAILED}.get(page.state, ALL_DONE)


def _end(message: str) -> NoReturn:
    raise CommandError(fetching_text.printable(message), returncode=BAD_INPUT)

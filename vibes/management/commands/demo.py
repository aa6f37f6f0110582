"""The whole of Vibes on this machine: `make demo` calls it."""

import os
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from vibes.demo import home, small_model
from vibes.demo.problems import DemoProblem
from vibes.demo.supervisor import Options, Supervisor


class Command(BaseCommand):
    help = "Starts everything on loopback, seeds a demo study, prints two links, and runs until Ctrl-C."
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own form

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--model", action="store_true", help="also a small real model on the CPU (350 MB)"
        )
        parser.add_argument(
            "--accept-licence", action="store_true", help="accepts the small model's licence unasked"
        )
        parser.add_argument("--latency", type=float, default=0.0, help="mean seconds per scripted answer")

    def handle(self, *, model: bool, accept_licence: bool, latency: float, **_: object) -> None:
        place = home.located(os.environ)
        try:
            if model:
                self._get_model(place, accept_licence)
            options = Options(model=model, latency=latency)
            Supervisor(place, options, say=self._say).run()
        except DemoProblem as problem:
            self.stderr.write(str(problem))
            sys.exit(1)

    def _get_model(self, place: home.Home, accepted: bool) -> None:
        ask = input if sys.stdin.isatty() else None
        small_model.agree(place, accepted=accepted, ask=ask, say=self._say)
        small_model.install()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

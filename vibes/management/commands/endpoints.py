"""`manage.py endpoints FILE`: endpoints from a YAML or TOML file, all or none."""

from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vibes.datasets.endpoint_files import read_endpoints
from vibes.datasets.errors import DatasetError
from vibes.forms.endpoint_files import settings_of
from vibes.providers.base import ProviderError
from vibes.services import endpoints, keys
from vibes.services.endpoints import Stored

BAD_INPUT_EXIT = 2


class Command(BaseCommand):
    help = "Add endpoints from a YAML or TOML file, or change those of the same name. Exit 2 on bad input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", type=Path, metavar="FILE", help="a .yaml or .toml file (docs/endpoints-file.md)"
        )
        parser.add_argument("--check", action="store_true", help="only say what would be added and changed")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            rows = read_endpoints(options["path"].name, options["path"].read_bytes())
            # The system acts: whoever may run this command may change the database too.
            stored = endpoints.store_all(by=None, wanted=settings_of(rows), only_check=options["check"])
        except (DatasetError, ProviderError) as error:
            _end(keys.redact(str(error)))
        except OSError as error:
            _end(f"{options['path']} cannot be read: {error.strerror or error}.")
        for one in stored:
            self.stdout.write(_line(one))
        if options["check"]:
            self.stdout.write("Nothing was stored: this was a check.")


def _line(stored: Stored) -> str:
    if stored.new:
        return f"added      {stored.endpoint.name}"
    changed = "; ".join(f"{name} {before!r} → {after!r}" for name, (before, after) in stored.changes.items())
    return (
        f"changed    {stored.endpoint.name}: {changed}" if changed else f"unchanged  {stored.endpoint.name}"
    )


def _end(message: str) -> NoReturn:
    raise CommandError(message, returncode=BAD_INPUT_EXIT)

"""`manage.py gold STUDY FILE`: gold comparisons for a study, or training ones; all or none."""

from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vibes.datasets.errors import DatasetError
from vibes.datasets.gold_files import read_gold
from vibes.models import Study
from vibes.services import checks

BAD_INPUT_EXIT = 2


class Command(BaseCommand):
    help = (
        "Add gold comparisons (or, with --training, those of the training round) to a study from a CSV or JSONL file with "
        "prompt, better and worse. Exit 2 on bad input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", metavar="STUDY", help="a study's number or name")
        parser.add_argument("path", type=Path, metavar="FILE", help="a .jsonl or .csv file (docs/formats.md)")
        parser.add_argument("--training", action="store_true", help="for the training round, with feedback")

    def handle(self, *_: Any, **options: Any) -> None:
        study = _study(options["study"])
        try:
            rows = read_gold(options["path"].name, options["path"].read_bytes())
        except DatasetError as error:
            _end(str(error))
        except OSError as error:
            _end(f"{options['path']} cannot be read: {error.strerror or error}.")
        # The system acts: whoever may run this command may change the database too.
        training = options["training"]
        add = checks.add_training if training else checks.add_gold
        try:
            new = add(by=None, study=study, rows=rows)
        except checks.BothKinds as error:
            _end(str(error))
        kind = "training" if training else "gold"
        self.stdout.write(f"added {new} {kind} comparisons to {study}; {len(rows) - new} were there already")
        if training and not study.protocol.training_length:
            self.stdout.write("They will not be dealt: this study's protocol has no training round.")
        elif not training and not study.protocol.gold_rate:
            self.stdout.write("They will not be dealt: this study's protocol has a gold rate of 0.")


def _study(text: str) -> Study:
    """By its number, or by a name that only one study has."""
    studies = Study.objects.select_related("protocol")
    found = list(studies.filter(name=text) or (studies.filter(pk=text) if text.isdecimal() else []))
    if not found:
        _end(f"There is no study {text!r}.")
    if len(found) > 1:
        numbers = ", ".join(str(study.pk) for study in found)
        _end(f"{len(found)} studies are named {text!r}: give a number, {numbers}.")
    return found[0]


def _end(message: str) -> NoReturn:
    raise CommandError(message, returncode=BAD_INPUT_EXIT)

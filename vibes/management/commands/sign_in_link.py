"""`manage.py sign_in_link NAME`: a one-time link for a member of the team."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.models import User
from annotations.services import sign_in


class Command(BaseCommand):
    help = "Print a one-time sign-in path for a user; --create makes the user, with --role lead or admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--create", action="store_true")
        parser.add_argument("--role", choices=User.Role.values, default=User.Role.LEAD)

    def handle(self, *_: Any, **options: Any) -> None:
        name = options["name"]
        if options["create"]:
            User.objects.get_or_create(username=name, defaults={"role": options["role"]})
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name!r}. Add --create to make one.")
        self.stdout.write(sign_in.path_for(user))

"""`python -m vibes.demo`, and `manage.py demo` by way of it: completes the environment, then runs the command in it.

`--reset` deletes what it made.
"""

import os
import sys

from vibes.demo import home, reset
from vibes.demo.problems import DemoProblem


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vibes.settings")
    try:
        if "--reset" in arguments:
            return _reset(yes="--yes" in arguments)
        home.prepare(os.environ)
    except DemoProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "demo", *arguments])
    return 0


def _reset(*, yes: bool) -> int:
    ask = input if sys.stdin.isatty() else None
    reset.reset(home.located(os.environ), yes=yes, ask=ask, say=lambda line: print(line))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The database of the demo: brought up to date, and filled the first time."""

from django.core.management import call_command
from django.db.utils import OperationalError

from vibes.demo.problems import DemoProblem

MENDS = {
    "database or disk is full": "The disk is full: free some space, then start again.",
    "readonly database": "The database may not be written to: change its permissions, then start again.",
    "unable to open database file": "The database file cannot be opened: check its folder and permissions.",
    "database is locked": "Another program holds the database: end it, then start again.",
}


def migrate() -> None:
    """Raises DemoProblem where the database cannot be used."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise DemoProblem(explanation(error)) from error


def explanation(error: OperationalError) -> str:
    known = next((mend for text, mend in MENDS.items() if text in str(error)), None)
    return known or f"The database does not answer: {error}"

"""A report.json back in, checked against its published schema."""

import json
from pathlib import Path
from typing import Any

from vibes.datasets.errors import DatasetError, Place

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"
MEND = (
    "Give a report.json that analyze or a run's page wrote; one of an earlier version is made anew by analyze"
)


def read_report(path: Path) -> dict[str, Any]:
    """The report as it was written. Raises DatasetError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(f"It cannot be read ({error.strerror})", MEND, Place(str(path))) from None
    except (ValueError, RecursionError):
        raise DatasetError("It is no JSON", MEND, Place(str(path))) from None
    # Half a second of imports, which no other command needs.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    fault = best_match(Draft202012Validator(schema).iter_errors(found))
    if fault is not None:
        where = "/".join(map(str, fault.absolute_path)) or "the whole"
        raise DatasetError(f"It is no report of this version (at {where})", MEND, Place(str(path)))
    return dict(found)

"""A policy for the gate, from a TOML file: one table [margins], a number for each margin that is not the usual one."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from vibes.datasets.errors import DatasetError, Place, shortened

TABLE = "margins"


def read_policy(path: Path, ranges: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """The margins that the file gives, by name. `ranges`: those there are, each from its first number to below its second.

    Raises DatasetError, naming the file and the key.
    """
    place, table = Place(path.name), _table(path)
    for name in table:
        if name not in ranges:
            raise DatasetError(f"{TABLE} has no {shortened(name)}", f"Write {_listed(ranges)}", place)
    return {name: _number(name, value, *ranges[name], place) for name, value in table.items()}


def _table(path: Path) -> dict[str, object]:
    place = Place(path.name)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DatasetError(
            f"the policy cannot be read: {error.strerror}", "Give the path of a TOML file", Place(str(path))
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mend = f"Write a table [{TABLE}] with lines such as win = 0.02"
        raise DatasetError(f"this is not TOML: {shortened(error)}", mend, place) from None
    for name, value in found.items():
        if name != TABLE or not isinstance(value, dict):
            raise DatasetError(f"a policy has no {shortened(name)}", f"Write a table [{TABLE}] alone", place)
    margins: dict[str, object] = found.get(TABLE, {})
    return margins


def _number(name: str, value: object, low: float, high: float, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value < high:
        said = f"{TABLE}.{name} is {shortened(value)}"
        raise DatasetError(said, f"Write a number from {low} to below {high}", place)
    return float(value)


def _listed(names: Mapping[str, object]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"

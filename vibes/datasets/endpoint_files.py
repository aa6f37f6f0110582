"""Endpoints in a YAML or TOML file: several at once, each field by its name, nothing guessed.

```yaml
endpoints:
  - name: Llama on gpu-1
    provider: local
    base_url: http://gpu-1:8000/v1
    model: llama-4-scout
```
"""

import difflib
import json
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

import yaml

from vibes.datasets.errors import DatasetError, Place, shortened

LARGEST_BYTES = 256 * 1024
MOST_ENDPOINTS = 500
DEEPEST = 20
TABLE = "endpoints"


@dataclass(frozen=True, slots=True)
class EntryPlace(Place):
    """Where in such a file: the endpoint by number and name, and its field. `row` is a line, where the format tells it."""

    number: int = 0
    name: str = ""

    def __str__(self) -> str:
        parts = [shortened(self.file)] if self.file else []
        parts += [] if self.row is None else [f"line {self.row}"]
        called = f' "{shortened(self.name)}"' if self.name else ""
        parts += [f"endpoint {self.number}{called}"] if self.number else []
        parts += [f"field {shortened(self.column)}"] if self.column else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One endpoint as the file has it: only the fields that stand there, by the model's names."""

    values: Mapping[str, Any]
    place: EntryPlace

    def at(self, field: str) -> EntryPlace:
        """The place of one of its fields, called as in the file."""
        entry = self.place
        return EntryPlace(entry.file, entry.row, field, None, entry.number, entry.name)

    def at_setting(self, setting: str) -> EntryPlace:
        """The place of one of its fields, called as in the model."""
        return self.at(_SPELT.get(setting, setting))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("is not text. Write it in quotes")


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("is not a whole number. Write digits without quotes")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise ValueError("is not a number. Write it without quotes, such as 0.7")


def _price(value: object) -> Decimal:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            price = Decimal(str(value))
        except InvalidOperation:
            price = Decimal("NaN")
        if price.is_finite():
            return price
    raise ValueError("is not a price. Write US dollars a million tokens, such as 0.15")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("is neither true nor false. Write one of them without quotes")


def _table(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        _jsonable(value, DEEPEST)
        plain: dict[str, Any] = json.loads(json.dumps(value))
        return plain
    raise ValueError("is not a table. Write names and values below it")


def _jsonable(value: object, depth: int) -> None:
    if depth == 0:
        raise ValueError(f"is nested more than {DEEPEST} deep. Make it flatter")
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("holds a name that is not text. Write it in quotes")
        for inner in value.values():
            _jsonable(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _jsonable(inner, depth - 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("holds a number that JSON cannot hold. Write a finite one")
    elif not (value is None or isinstance(value, str | int | float)):
        raise ValueError(f"holds a {type(value).__name__}, which JSON cannot hold. Write it in quotes")


# What may stand in the file, in the order of the form, and how it is read.
FIELDS: Mapping[str, Callable[[object], Any]] = {
    "name": _text,
    "provider": _text,
    "base_url": _text,
    "model": _text,
    "key": _text,
    "system": _text,
    "temperature": _number,
    "max_tokens": _whole,
    "seed": _whole,
    "effort": _text,
    "thinking_tokens": _whole,
    "slots": _whole,
    "timeout_seconds": _whole,
    "requests_per_minute": _whole,
    "tokens_per_minute": _whole,
    "price_in": _price,
    "price_out": _price,
    "price_cached": _price,
    "price_cache_write": _price,
    "batch_share": _price,
    "stream": _flag,
    "cache_prompts": _flag,
    "extra": _table,
}
NEEDED = ("name", "provider", "model")
# In the file the key's name is `key`: that a key itself never stands there is said by docs and refusal.
_COLUMN = {"key": "key_variable"}
_SPELT = {column: field for field, column in _COLUMN.items()}


def read_endpoints(name: str, data: bytes) -> tuple[EndpointRow, ...]:
    """The endpoints of a .yaml, .yml or .toml file. Raises DatasetError with file, line or number, and field."""
    file = PurePath(name).name
    reader = {".yaml": _yaml, ".yml": _yaml, ".toml": _toml}.get(PurePath(name).suffix.lower())
    if reader is None:
        raise DatasetError(
            "this is not a kind of file that is read here", "Give a .yaml or .toml file", EntryPlace(file)
        )
    if len(data) > LARGEST_BYTES:
        raise DatasetError("the file is larger than 256 kB", "Split it", EntryPlace(file))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DatasetError("the file is not UTF-8 text", "Save it as UTF-8", EntryPlace(file)) from None
    return _rows(reader(text, file), file)


def _toml(text: str, file: str) -> object:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DatasetError(f"this is not TOML ({_words(error)})", "Mend it there", EntryPlace(file)) from None


def _words(error: Exception) -> str:
    return shortened(str(error) or type(error).__name__)


class _StrictLoader(yaml.SafeLoader):
    """Plain values only: no anchors, which can blow up a small file, and no name twice. Tables know their line."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                None, None, "references (*name) are not read here: write the value out", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                raise yaml.MarkedYAMLError(
                    None, None, f"the name {key.value!r} stands here twice", key.start_mark
                )
            seen.add(name)
        found = _Lined(super().construct_mapping(node, deep=True))
        found.line = node.start_mark.line + 1
        return found


class _Lined(dict[Any, Any]):
    line: int


def _construct_lined(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_lined)


def _yaml(text: str, file: str) -> object:
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DatasetError(
            f"this is not YAML as it is read here ({error.problem})", "Mend it there", EntryPlace(file, line)
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DatasetError(f"this is not YAML ({_words(error)})", "Mend it there", EntryPlace(file)) from None


def _rows(content: object, file: str) -> tuple[EndpointRow, ...]:
    whole = EntryPlace(file)
    if not isinstance(content, dict) or not isinstance(content.get(TABLE), list):
        raise DatasetError(
            "there is no list of endpoints", f"Begin with `{TABLE}:` in YAML or `[[{TABLE}]]` in TOML", whole
        )
    for name in content:
        if name != TABLE:
            raise DatasetError(
                f"{shortened(name)!r} is not known here", f"Only `{TABLE}` stands at the top", whole
            )
    entries = content[TABLE]
    if not 0 < len(entries) <= MOST_ENDPOINTS:
        raise DatasetError(f"there are {len(entries)} endpoints", f"Give 1 to {MOST_ENDPOINTS}", whole)
    rows = tuple(_row(entry, number, file) for number, entry in enumerate(entries, start=1))
    _each_once(rows)
    return rows


def _row(entry: object, number: int, file: str) -> EndpointRow:
    line = getattr(entry, "line", None)
    if not isinstance(entry, dict):
        raise DatasetError(
            "this is not an endpoint", "Write its fields by name", EntryPlace(file, None, "", None, number)
        )
    called = entry.get("name")
    place = EntryPlace(file, line, "", None, number, called if isinstance(called, str) else "")
    row = EndpointRow({}, place)
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if value is not None:
            values[_COLUMN.get(name) or str(name)] = _read(name, value, row)
    for name in NEEDED:
        if not values.get(name):
            raise DatasetError("is missing", f"Every endpoint needs {', '.join(NEEDED)}", row.at(name))
    return EndpointRow(values, place)


def _read(name: object, value: object, row: EndpointRow) -> Any:
    reader = FIELDS.get(name) if isinstance(name, str) else None
    if reader is None:
        raise DatasetError("this field is not known", _nearest(str(name)), row.at(str(name)))
    try:
        return reader(value)
    except ValueError as error:
        # Not the value itself: who misunderstands `key` writes a key there.
        problem, _, mend = str(error).partition(". ")
        raise DatasetError(problem, mend, row.at(str(name))) from None


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(_SPELT.get(name, name).lower(), FIELDS, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}" if near else f"Known are {', '.join(FIELDS)}"


def _each_once(rows: tuple[EndpointRow, ...]) -> None:
    first: dict[str, EndpointRow] = {}
    for row in rows:
        earlier = first.setdefault(row.values["name"], row)
        if earlier is not row:
            raise DatasetError(
                f"endpoint {earlier.place.number} has this name too", "Give each its own", row.at("name")
            )

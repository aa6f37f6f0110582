"""Columns as PostgreSQL copies them out: fields of one width, so that a million rows are read as one array.

Whole numbers and floats come as they are, empty floats as NaN; a text as its hash of 64 bits, whose text is then read from the
first row that has it. Two texts of a million share a hash once in 30 million such columns.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import BigIntegerField, Expression, F, FloatField, Func, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from vibes.stats.repeated import Numbers, Repeated

Array = npt.NDArray[Any]
# Before the rows: a signature, flags and the length of an extension that there is not; after them: the number of fields, −1.
HEAD, TAIL = 19, 2
WIDTH = 8


class NotOneWidthError(ValueError):
    """A field was empty that never is."""


def columns(
    rows: QuerySet[Any], *, keys: Sequence[str], floats: Sequence[str], texts: Mapping[str, str]
) -> tuple[dict[str, Numbers], dict[str, Repeated[Any]]]:
    """`id` and `floats`, and `keys` and `texts`, of rows by their id. Keys, other rows' ids, and floats may be annotations; `texts`:
    the field of each by the name that it gets."""
    found = _copied(rows, whole=("id", *keys), floats=floats, texts=texts)
    order = np.argsort(found["id"], kind="stable")
    found = {name: column[order] for name, column in found.items()}
    repeated = {}
    for name in keys:
        codes, values = _coded(found[name])
        repeated[name] = Repeated(codes, tuple(values.tolist()))
    repeated |= _named(rows.model, texts, found)
    return {name: Numbers(found[name]) for name in ("id", *floats)}, repeated


def _copied(
    rows: QuerySet[Any], *, whole: Sequence[str], floats: Sequence[str], texts: Mapping[str, str]
) -> dict[str, Array]:
    """Each field of `rows` by name (n,), in no order: integers, floats, and the hashes of texts."""
    wanted: dict[str, Expression] = {name: Cast(F(name), BigIntegerField()) for name in whole}
    nothing = Value(float("nan"), FloatField())
    wanted |= {name: Coalesce(Cast(F(name), FloatField()), nothing) for name in floats}
    wanted |= {name: _hash(field) for name, field in texts.items()}
    asked = rows.annotate(**{f"copied_{name}": field for name, field in wanted.items()})
    data = _read(asked.values_list(*(f"copied_{name}" for name in wanted)).order_by())
    kinds = [">f8" if name in floats else ">i8" for name in wanted]
    fields = [
        part
        for name, kind in zip(wanted, kinds, strict=True)
        for part in ((f"{name} width", ">i4"), (name, kind))
    ]
    table = _table(data, np.dtype([("fields", ">i2"), *fields]), len(wanted))
    return {name: table[name].astype(kind[1:]) for name, kind in zip(wanted, kinds, strict=True)}


def _coded(values: Array) -> tuple[Array, Array]:
    """Each value's place (n,) among those that there are, and these, sorted."""
    found = np.unique(values)
    return np.searchsorted(found, values), found


def _named(
    model: type[Model], texts: Mapping[str, str], found: Mapping[str, Array]
) -> dict[str, Repeated[Any]]:
    """The texts behind the hashes, by name (n,), each read from the first row that has it: by its key alone, since what else was
    asked of the row may have changed meanwhile."""
    codes = {name: _coded(found[name])[0] for name in texts}
    first = {name: found["id"][_first(column)].tolist() for name, column in codes.items()}
    wanted = {pk for some in first.values() for pk in some}
    read = model._default_manager.filter(pk__in=wanted).values_list("pk", *texts.values())
    told = {pk: dict(zip(texts, values, strict=True)) for pk, *values in read}
    return {
        name: Repeated(column, tuple(told[pk][name] for pk in first[name])) for name, column in codes.items()
    }


def _hash(field: str) -> Func:
    return Func(F(field), Value(0), function="hashtextextended", output_field=BigIntegerField())


def _read(rows: QuerySet[Any, Any]) -> bytearray:
    operations: Any = connection.ops
    asked = operations.compose_sql(*rows.query.sql_with_params())
    data = bytearray()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT BINARY)") as parts:
        for part in parts:
            data += part
    return data


def _table(data: bytearray, row: np.dtype[Any], count: int) -> Array:
    body = memoryview(data)[HEAD : len(data) - TAIL]
    if len(body) % row.itemsize == 0:
        table = np.frombuffer(body, row)
        widths = (table[name] == WIDTH for name in row.names or () if name.endswith(" width"))
        if (table["fields"] == count).all() and all(one.all() for one in widths):
            return table
    raise NotOneWidthError("a field of a judgement is empty that the database says never is")


def _first(codes: Array) -> Array:
    """Where each code is met first."""
    first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first

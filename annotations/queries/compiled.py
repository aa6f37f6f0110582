"""Queries whose SQL is put together once in a process: for the few that every judgement asks, where Django would take longer
to write the SQL than the database to answer it.

    OF_RATER = Compiled(lambda: Assignment.objects.filter(rater=Slot("rater", IntegerField())))
    OF_RATER.all(rater=7)

What comes back is what the query set would give: models with what was selected beside them, or rows.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
R = TypeVar("R")
Params = tuple[Any, ...]
_Known = tuple[Any, SQLCompiler, dict[int, Any], str, Params]


class Slot(Expression):
    """Where a value comes in when the query runs, in a filter or as a new value."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_: object) -> tuple[str, list["Slot"]]:  # type: ignore[override]
        return "%s", [self]


def cursor() -> CursorWrapper:
    """Over which PostgreSQL plans a statement once for each connection, in place of at each run: what is asked here is
    answered faster than planned. Not where Django logs what is asked: of such a statement it would not know the values.
    """
    if connection.vendor != "postgresql" or not settings.DATABASE_PREPARE or connection.queries_logged:
        return connection.cursor()
    from annotations.queries.preparing import PreparingCursor

    connection.ensure_connection()
    return cast(CursorWrapper, connection._prepare_cursor(PreparingCursor(connection.connection)))  # type: ignore[attr-defined]


def _filled(params: Params, values: Mapping[str, Any]) -> Params:
    return tuple(
        one.output_field.get_db_prep_value(values[one.name], connection) if isinstance(one, Slot) else one
        for one in params
    )


class Compiled(Generic[M, R]):
    """A query set with slots. The SQL is kept for each kind of database."""

    def __init__(self, build: Callable[[], QuerySet[M, R]]) -> None:
        self._build = build
        self._known: dict[str, _Known] = {}

    def all(self, **values: Any) -> list[R]:
        template, compiler, converters, sql, params = self._known.get(connection.vendor) or self._compile()
        filled = _filled(params, values)
        with cursor() as asked:
            asked.execute(sql, filled)
            rows = asked.fetchall()
        # Each run has a compiler of its own, over the connection of its thread; columns and joins are shared.
        compiler = copy.copy(compiler)
        compiler.connection = connection
        compiler.execute_sql = lambda *_, **__: [rows]  # type: ignore[assignment,method-assign]
        compiler.get_converters = lambda *_: converters  # type: ignore[method-assign]
        query = copy.copy(template.query)
        query.get_compiler = lambda *_, **__: compiler
        found = cast(Any, QuerySet)(template.model, query, connection.alias)
        found._iterable_class, found._fields = template._iterable_class, template._fields
        return list(found)

    def one(self, **values: Any) -> R | None:
        """The first row, or None."""
        return next(iter(self.all(**values)), None)

    def _compile(self) -> _Known:
        template = self._build()
        compiler = template.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        self._known[connection.vendor] = template, compiler, converters, sql, tuple(params)
        return self._known[connection.vendor]


class CompiledUpdate:
    """An update with slots."""

    def __init__(self, build: Callable[[], QuerySet[Any]], **changes: Any) -> None:
        self._build, self._changes = build, changes
        self._known: dict[str, tuple[str, Params]] = {}

    def run(self, **values: Any) -> int:
        """How many rows were changed."""
        sql, params = self._known.get(connection.vendor) or self._compile()
        with cursor() as asked:
            asked.execute(sql, _filled(params, values))
            return int(asked.rowcount)

    def _compile(self) -> tuple[str, Params]:
        query = cast(Any, self._build().query).chain(UpdateQuery)
        query.add_update_values(self._changes)
        sql, params = query.get_compiler(connection=connection).as_sql()
        self._known[connection.vendor] = sql, tuple(params)
        return self._known[connection.vendor]

"""PostgreSQL alone: its driver is there only where it is used."""

from typing import Any

from psycopg import Cursor


class PreparingCursor(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "PreparingCursor":
        return super().execute(query, params, prepare=True)

"""Tables that a page can bear: the first columns and rows, and a mark for the rest."""

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from annotations.rendering.limits import shortened

MAX_COLUMNS = 40
MAX_ROWS = 500

_FRAME = frozenset(f"{part}_{end}" for part in ("table", "thead", "tbody") for end in ("open", "close"))


def narrow_tables(state: StateCore) -> None:
    """Core rule: keeps the first `MAX_COLUMNS` columns and `MAX_ROWS` rows (the head is one) of every table.

    Runs before the inline parse, so that what is left out costs nothing.
    """
    if any(token.type == "table_open" for token in state.tokens):
        state.tokens = _narrowed(state.tokens)


def _narrowed(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    row = column = widest = 0
    for token in tokens:
        match token.type:
            case "tr_open":
                row += 1
            case "th_open" | "td_open":
                column += 1
                widest = max(widest, column)
            case "tr_close":
                column = 0
        if token.type in _FRAME or (row <= MAX_ROWS and column <= MAX_COLUMNS):
            kept.append(token)
        if token.type == "table_close":
            kept.extend(_marks(row, widest))
            row = widest = 0
    return kept


def _marks(rows: int, columns: int) -> list[Token]:
    surplus = {"columns": columns - MAX_COLUMNS, "rows": rows - MAX_ROWS}
    return [shortened(f"{count:,} more {what}") for what, count in surplus.items() if count > 0]

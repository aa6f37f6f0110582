"""What an answer weighs in a browser: beyond a budget of elements the rest of its source stands as it is.

A page of 70,000 small blocks, written in no time, would hold a browser for twenty seconds.
"""

from collections.abc import Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from annotations.rendering.limits import shortened

MAX_ELEMENTS = 3_000
"""Elements per answer, a heavy one counted several times: fifty screens of ordinary Markdown."""

MAX_LINES = 5_000
"""Lines that are parsed: more of them hold the server, and few answers have as many."""

_HEAVY = {"fence": 8, "code_block": 8, "table_open": 8, "math_block": 8, "math_display": 8, "math_inline": 2}
"""What scrolls, has a button of its own or is typeset."""

_NO_ELEMENT = frozenset({"text", "text_special", "plain_text", "shortened"})
_FORMULA_CHARACTERS = 8
"""So many characters of a formula count as one element more."""


def few_lines(state: StateCore) -> None:
    """Core rule: only the first `MAX_LINES` lines are parsed; the whole is kept for what comes after them."""
    state.env["source"] = state.src
    state.src = "\n".join(state.src.split("\n", MAX_LINES)[:MAX_LINES])


def lighten(state: StateCore) -> None:
    """Core rule: ends the parsed part before the block that is too much.

    Runs twice: before the inline parse, which a page of small blocks is then spared, and after it.
    """
    spent = place = 0
    for index, token in enumerate(state.tokens):
        if _begins_a_block(state.tokens, index):
            place = index
        spent += _weight(token)
        if spent > MAX_ELEMENTS:
            first = state.tokens[place].map or [0]
            state.tokens = [*_closed(state.tokens[:place]), *_as_it_is(state, first[0])]
            return


def rest_as_it_is(state: StateCore) -> None:
    """Core rule: what `few_lines` kept from the parse, unless it stands there already."""
    if not state.env.get("rest stands") and state.env["source"] != state.src:
        state.tokens += _as_it_is(state, MAX_LINES)


def _begins_a_block(tokens: Sequence[Token], index: int) -> bool:
    """Whether the source can be parted here. The head of a table stays with its table."""
    token = tokens[index]
    of_a_head = token.type == "thead_open" or (index > 0 and tokens[index - 1].type == "thead_open")
    return bool(token.map) and token.nesting >= 0 and token.type != "inline" and not of_a_head


def _weight(token: Token) -> int:
    if token.type == "inline":
        children = token.children
        return sum(_weight(child) for child in children) if children else _estimate(token.content)
    if token.nesting < 0 or token.hidden or token.type in _NO_ELEMENT:
        return 0
    formula = len(token.content) // _FORMULA_CHARACTERS if token.type.startswith("math") else 0
    return _HEAVY.get(token.type, 1) + formula


def _closed(tokens: list[Token]) -> list[Token]:
    """The tokens with an end for each that is still open."""
    still_open: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            still_open.append(token)
        elif token.nesting == -1:
            still_open.pop()
    ends = [
        Token(token.type.replace("_open", "_close"), token.tag, -1, block=True)
        for token in reversed(still_open)
    ]
    return [*tokens, *ends]


def _estimate(line: str) -> int:
    """At least the elements of a line that is not parsed yet, near enough; an open bracket costs the parser as much."""
    return line.count("[") + sum(map(line.count, "*_~`")) // 4


def _as_it_is(state: StateCore, start: int) -> list[Token]:
    """From a line to the end, unparsed."""
    state.env["rest stands"] = True
    rest = "\n".join(state.env["source"].split("\n")[start:])
    return [shortened("the rest stands as plain text"), Token("plain_text", "", 0, content=rest, block=True)]

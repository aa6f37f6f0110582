"""What one answer may cost a server and a browser, and how the page says that something was left out.

The figures are chosen so that honest answers never meet them: 100,000 characters are an hour's reading.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

MAX_CHARACTERS = 100_000
MAX_LEVELS = 18
"""Nested quotes and lists: a quote is one level, a list with its item two. Two under markdown-it's own limit of 20,
at which it would drop the rest without a word."""


_SURROGATE = re.compile("[\ud800-\udfff]")


def cut(text: str) -> str:
    """The part of a text that is parsed and shown, with half characters (lone surrogates) replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text[:MAX_CHARACTERS])


def left_out(text: str) -> str:
    """What `cut` leaves out, in words; empty where nothing is."""
    surplus = len(text) - MAX_CHARACTERS
    return f"{surplus:,} more characters" if surplus > 0 else ""


def shortened(what: str) -> Token:
    """The visible mark of something left out, in the place where it was."""
    return Token("shortened", "", 0, content=what, block=True)


def plain_below_the_deepest_level(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: below `MAX_LEVELS` the source stands as it is, so that no word is lost."""
    if silent or state.level < MAX_LEVELS:
        return False
    state.line = _end_of_this_level(state, start, end)
    state.tokens.append(shortened("deeper levels stand as plain text"))
    token = state.push("plain_text", "", 0)
    token.content = state.getLines(start, state.line, state.blkIndent, False)
    return True


def _end_of_this_level(state: StateBlock, line: int, end: int) -> int:
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    return line

r"""Mathematics is found, never typeset: its source stays in the page, marked, for a later step in the browser.

Four spellings, as models write them: `$x$` and `\(x\)` in a line, `$$x$$` and `\[x\]` displayed. A dollar opens only
before a character that is no space and closes only after one and not before a digit (the rule of Pandoc), so that
"$5 and $10" stays money.
"""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MAX_FORMULA = 2_000
MAX_LINES = 60
"""Both bound the search for the end, so that a page of openers costs no more than its length times these."""

_CLOSERS = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}


def formula_in_line(state: StateInline, silent: bool) -> bool:
    """Inline rule: pushes `math_inline` or `math_display` with the delimiters kept in its content."""
    start = state.pos
    opener = state.src[start : start + 2]
    if opener in _CLOSERS:
        end = _after_closer(state, start + 2, _CLOSERS[opener])
    elif opener[0] == "$":
        end = _after_dollar(state, start)
    else:
        return False
    if end is None:
        return False
    if not silent:
        displayed = opener in ("$$", r"\[")
        state.push("math_display" if displayed else "math_inline", "", 0).content = state.src[start:end]
    state.pos = end
    return True


def _after_closer(state: StateInline, start: int, closer: str) -> int | None:
    end = state.src.find(closer, start, min(start + MAX_FORMULA, state.posMax))
    return end + len(closer) if end > start and state.src[start:end].strip() else None


def _after_dollar(state: StateInline, start: int) -> int | None:
    source, limit = state.src, state.posMax
    if start + 1 >= limit or source[start + 1].isspace():
        return None
    end = source.find("$", start + 1, min(start + MAX_FORMULA, limit))
    if end < 0 or source[end - 1] in " \t\n\\" or source[end + 1 : end + 2].isdigit():
        return None
    return end + 1


def formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Block rule: `$$` or `\[` at the start of a line up to its closer at the end of a line, no blank line between."""
    position = state.bMarks[start] + state.tShift[start]
    opener = state.src[position : position + 2]
    if opener not in ("$$", r"\[") or state.is_code_block(start):
        return False
    last = _closing_line(state, start, end, position + 2, _CLOSERS[opener])
    if last is None:
        return False
    content = state.getLines(start, last + 1, state.blkIndent, False).strip()
    if not content[2:-2].strip():
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.content = content
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _closing_line(state: StateBlock, start: int, end: int, position: int, closer: str) -> int | None:
    for line in range(start, min(end, start + MAX_LINES)):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return None
        if line > start:
            position = state.bMarks[line]
        text = state.src[position : state.eMarks[line]].rstrip()
        if closer in text:
            return line if text.index(closer) == len(text) - len(closer) else None
    return None

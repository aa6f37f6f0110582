"""Where code stands in a source, so that an edit of the words leaves it alone."""

import re
from collections.abc import Callable, Iterator

from annotations.rendering import parse

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.|\n)*?(?<!`)\1(?!`)")


def outside(source: str, change: Callable[[str], str]) -> str:
    """The source with its parts outside code blocks and code spans changed, each by itself."""
    return "".join(text if code else change(text) for code, text in _parts(source))


def _parts(source: str) -> Iterator[tuple[bool, str]]:
    """The source in order: whether it is code, and the text."""
    lines = [f"{line}\n" for line in source.split("\n")]
    lines[-1] = lines[-1][:-1]
    coded = {
        line for t in parse(source) if t.type in ("fence", "code_block") and t.map for line in range(*t.map)
    }
    prose = ""
    for number, line in enumerate(lines):
        if number in coded:
            yield from _spans(prose)
            yield True, line
            prose = ""
        else:
            prose += line
    yield from _spans(prose)


def _spans(prose: str) -> Iterator[tuple[bool, str]]:
    place = 0
    for span in _SPAN.finditer(prose):
        yield False, prose[place : span.start()]
        yield True, span[0]
        place = span.end()
    yield False, prose[place:]

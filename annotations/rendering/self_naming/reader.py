"""The patterns in which names stand, compiled once for each set of a caller's names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from annotations.rendering.self_naming import phrases
from annotations.rendering.self_naming.names import pattern

MAX_STEPS = 60
"""Words and names of one walk: it bounds what an opening costs."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reader:
    """The patterns that hold the names."""

    name: re.Pattern[str]
    walk: re.Pattern[str]
    label: re.Pattern[str]
    signature: re.Pattern[str]
    named_before: re.Pattern[str]
    named_next: re.Pattern[str]


@lru_cache(maxsize=64)
def reader_of(names: frozenset[str]) -> Reader:
    name = pattern(names)
    bare = re.sub(r"\?P<\w+>", "?:", name)
    return Reader(
        name=re.compile(name),
        walk=re.compile(rf"(?>(?>{bare}|{phrases.FILLER}){{0,{MAX_STEPS}}})"),
        label=re.compile(rf"\s*[\[(]?(?P<who>{bare})[\])]?\s*:\s*"),
        signature=re.compile(
            rf"\n[ \t]*(?P<dash>[—–~]|--?)?[ \t]*(?P<who>{bare})(?:\s*\((?P<maker>{bare})\))?[.!]?\s*\Z"
        ),
        named_before=re.compile(rf"{bare}\s*[,(]\s*\Z"),
        named_next=re.compile(rf"\s*[,)]\s*{bare}"),
    )

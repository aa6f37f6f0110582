"""Characters that no eye sees but that turn, join or hide words: each is shown as its code point.

Left alone where they are ordinary writing: a joiner inside an emoji or between letters of the scripts that need it
(Arabic, the Indic scripts, Tibetan, Burmese, Khmer, Mongolian), a single variation selector, the tags of a flag.
"""

import re
import unicodedata
from itertools import groupby

MAX_MARKS = 1_000
"""Marks with their full name per answer; later ones are bare code points, so that a page of them stays light."""

MAX_STACKED = 16
"""Accents on one letter; the surplus is a mark. Real writing has four, and 100,000 on one letter stop a browser."""

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_FILLERS = r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufeff\uffa0"
_DIRECTIONS = r"\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb"
_SUPPLEMENTARY = r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
_ALWAYS = rf"[{_CONTROLS}{_FILLERS}{_DIRECTIONS}\u200b{_SUPPLEMENTARY}]"

_JOINED = r"\u0600-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = rf"(?:(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}]))"

_SELECTOR = r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_REPEATED_SELECTOR = rf"(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef]){_SELECTOR}"

_ACCENT = r"[\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = rf"(?<={_ACCENT}{{{MAX_STACKED}}}){_ACCENT}+"

_FLAG = r"\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f"
_UNSEEN = re.compile(rf"{_FLAG}|{_STACKED}|(?:{_ALWAYS}|{_JOINER}|{_REPEATED_SELECTOR})+")


def show_unseen(html: str) -> str:
    """The same HTML with every unseen character of its text as a marked code point.

    Takes HTML whose tags and attributes hold none of them (`writing` makes no other).
    """
    marks = 0

    def shown(match: re.Match[str]) -> str:
        nonlocal marks
        if match[0][0] == "\U0001f3f4":
            return match[0]
        marks += 1
        return _mark(match[0], named=marks <= MAX_MARKS)

    return _UNSEEN.sub(shown, html)


def _mark(run: str, *, named: bool) -> str:
    text = _code_points(run)
    if not named:
        return f"[{text}]"
    name = unicodedata.name(run[0], "CONTROL CHARACTER")
    return f'<span class="unseen" title="U+{ord(run[0]):04X} {name}">{text}</span>'


def _code_points(run: str) -> str:
    """The first three different characters of a run with their counts, and how many more."""
    groups = [(character, len(list(same))) for character, same in groupby(run)]
    words = [
        f"U+{ord(character):04X}" + (f" ×{count}" if count > 1 else "") for character, count in groups[:3]
    ]
    rest = sum(count for _, count in groups[3:])
    return " ".join(words) + (f" and {rest} more" if rest else "")

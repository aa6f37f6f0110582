r"""Formatting, counted twice: from the parse that the page shows, and by the arena's published expressions.

The two differ where raters see no formatting that the expressions count (a hyphen opening a line of verse, bold
markers across a line's end, marks in indented code) and where they see some that these miss (nested emphasis, a
setext heading, a list inside a quotation).
"""

import re
from collections import Counter

from vibes.features.reading import Reading

_CODE_FENCE = re.compile(r"```([^`]*)```")
_HEADERS = re.compile(r"^#{1,6}\s", re.MULTILINE)
# Published with `^\s*`, which takes the square of the length on a page of blank lines; the counts are the same.
_ORDERED = re.compile(r"^[^\S\n]*\d+\.\s", re.MULTILINE)
_UNORDERED = re.compile(r"^[^\S\n]*[-*+]\s", re.MULTILINE)
_BOLD = (re.compile(r"\*\*[^*\n]+\*\*"), re.compile(r"__[^_\n]+__"))


def parsed_counts(reading: Reading) -> dict[str, int]:
    """What the page shows: headings, items of each kind of list, bold spans, code blocks, tables, followed links."""
    blocks = Counter(token.type for token in reading.tokens)
    spans = Counter(child.type for token in reading.tokens for child in token.children or ())
    ordered = sum(token.type == "list_item_open" and bool(token.info) for token in reading.tokens)
    return {
        "headers": blocks["heading_open"],
        "list_items": blocks["list_item_open"],
        "ordered_items": ordered,
        "bullet_items": blocks["list_item_open"] - ordered,
        "bold": spans["strong_open"],
        "code_blocks": blocks["fence"] + blocks["code_block"],
        "tables": blocks["table_open"],
        "links": spans["link_open"],
    }


def arena_counts(reading: Reading) -> dict[str, int]:
    """What the style control published with the arena's leaderboard counts (arena-hard-auto, utils/add_markdown_info).

    Its quirk is kept: the text between two code fences is dropped wherever else it occurs too, the fences stay.
    """
    text = _without_fenced(reading.source)
    ordered, unordered = (len(items.findall(text)) for items in (_ORDERED, _UNORDERED))
    return {
        "arena_headers": len(_HEADERS.findall(text)),
        "arena_list_items": ordered + unordered,
        "arena_ordered_items": ordered,
        "arena_bullet_items": unordered,
        "arena_bold": sum(len(bold.findall(text)) for bold in _BOLD),
    }


def marks(text: str) -> int:
    """Headings, list items and bold spans by the arena's expressions, without a parse: for what is counted a million times. Text in
    code fences is counted too."""
    return sum(len(sign.findall(text)) for sign in (_HEADERS, _ORDERED, _UNORDERED, *_BOLD))


def _without_fenced(text: str) -> str:
    for block in _CODE_FENCE.findall(text):
        text = text.replace(block, "")
    return text

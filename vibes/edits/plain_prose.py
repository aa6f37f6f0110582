"""Markdown to plain prose, from the parse that renders: lists and tables to sentences, headings to lead-ins.

No word is lost and none is added, save the heads of a table's columns, which are said again with each row, and the number of
an item in round brackets where the answer speaks of its items by number. Code blocks, code spans and formulae stay as
they are. Bold, italics and rules go; a link keeps its words and the address that it leads to; a block quote stands in
quotation marks.
"""

import random
import re
from collections import Counter

from markdown_it.tree import SyntaxTreeNode

from annotations.rendering import parse
from vibes.edits.edited import Edited, NotPossible
from vibes.edits.plain_lists import listed
from vibes.edits.plain_tables import rows_as_sentences
from vibes.edits.prose_parts import Part, fenced, quoted, run_on
from vibes.edits.prose_spans import Span, in_one_line, source_of, spans, trimmed
from vibes.features.reading import read

_BLOCKS = ("heading_open", "list_item_open", "blockquote_open", "table_open", "hr")
_IN_A_LINE = ("strong_open", "em_open", "link_open", "unlinked_open", "image", "s_open")
_FORMATTING = frozenset((*_BLOCKS, *_IN_A_LINE))
_BY_NUMBER = re.compile(
    r"\b(?:steps?|points?|options?|items?|numbers?|rules?|reasons?|questions?|tips?|no\.) #?\d|#\d",
    re.IGNORECASE,
)
MOST_WORDS_OF_A_LABEL = 12
_WORD = re.compile(r"\w+")


def to_plain(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """The edit. Raises NotPossible for plain prose, and where prose cannot say it (words struck out)."""
    types = {inner.type for token in parse(source) for inner in (token, *(token.children or ()))}
    if not types & _FORMATTING:
        raise NotPossible("The answer is plain prose already.")
    text = plain(source)
    if lost := _words(source) - _words(text):
        raise NotPossible(f"Plain prose would lose words: {', '.join(sorted(lost)[:5])}.")
    return Edited(text, "Markdown turned into plain prose.")


def plain(source: str) -> str:
    """A source as plain prose; plain prose is itself, but for surplus spaces."""
    reading = read(source)
    numbered = bool(_BY_NUMBER.search(reading.prose))
    small = frozenset(word for word in _WORD.findall(reading.prose) if word.islower())
    parts = _Flow(numbered, small).parts(SyntaxTreeNode(list(parse(source))))
    return "\n\n".join(part.kept or source_of(trimmed(part.content)) for part in parts)


class _Flow:
    """Blocks into parts. `numbered`: items keep their numbers; `small`: words that the answer writes small somewhere."""

    def __init__(self, numbered: bool, small: frozenset[str]) -> None:
        self.numbered = numbered
        self.small = small
        self.next_number = 1

    def parts(self, container: SyntaxTreeNode) -> list[Part]:
        """The blocks in a container, in order, each lead-in and its list or text in one."""
        found = [part for node in container.children for part in self._of(node)]
        return run_on(found, in_item=container.type == "list_item")

    def _of(self, node: SyntaxTreeNode) -> list[Part]:
        match node.type:
            case "paragraph":
                return [Part(content, leads=_is_label(node)) for content in [_content(node)] if content]
            case "heading":
                return [Part(content, leads=True) for content in [in_one_line(_content(node))] if content]
            case "bullet_list" | "ordered_list":
                return listed(self._items(node), self.small)
            case "blockquote":
                return [quoted(part) for part in self.parts(node)]
            case "table":
                return rows_as_sentences(node)
            case "fence" | "code_block":
                return [Part(kept=fenced(node.content, node.info))]
            case "math_block":
                return [Part(kept=node.content)]
            case "hr":
                return []
        raise NotPossible(f"Plain prose has no form for a block of the kind {node.type}.")

    def _items(self, node: SyntaxTreeNode) -> list[tuple[str, list[Part]]]:
        """Of each item that says something its number, where it keeps one, and its parts."""
        items = [(item.info, self.parts(item)) for item in node.children]
        numbered = node.type == "ordered_list" and (self.numbered or not self._counts_on(items))
        return [(info if numbered else "", parts) for info, parts in items if parts]

    def _counts_on(self, items: list[tuple[str, list[Part]]]) -> bool:
        """Whether a list counts from one, or on from the list before it: then its numbers say no more than its order."""
        first = int(items[0][0])
        counts_on = first in (0, 1, self.next_number)
        self.next_number = first + len(items)
        return counts_on


def _is_label(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph is a few bold words and no sentence, which is how many models write a heading."""
    inline = node.children[0]
    words = inline.content.strip("*_ ")
    bold = [child.type for child in inline.children if child.type != "text" or child.content] == ["strong"]
    return bold and len(words.split()) <= MOST_WORDS_OF_A_LABEL and not words.endswith((".", "!"))


def _content(node: SyntaxTreeNode) -> list[Span]:
    inline = node.children[0] if node.children else None
    return trimmed(spans(inline.token)) if inline is not None and inline.token else []


def _words(source: str) -> Counter[str]:
    return Counter(_WORD.findall(read(source).visible.casefold()))

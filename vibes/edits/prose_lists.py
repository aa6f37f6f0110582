"""Plain prose to lists: the sentences of a paragraph as the items of a bulleted list."""

import random
from collections.abc import Iterator
from itertools import pairwise

from annotations.rendering import parse
from vibes.edits.blocks import NEW_LINE, Block, blocks, replaced, sentences, shown
from vibes.edits.edited import Edited, NotPossible
from vibes.edits.prose_parts import announces
from vibes.edits.prose_spans import Span, shown_as

_BULLETS = "-*"
"""In turn, so that two paragraphs that follow each other are two lists."""


def to_lists(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """Every paragraph of two sentences or more becomes a list; verse, headings, lists and code stay as they are.

    So do a paragraph that ends as no sentence does, or in a colon, and the one after it ("Here is why:"): a list would
    run into it on the way back. Back in plain prose each list is its paragraph again.
    """
    text = as_lists(source)
    if text == source:
        raise NotPossible("No paragraph has two sentences that could be items.")
    return Edited(text, "Sentences turned into list items.")


def as_lists(source: str) -> str:
    """The same, where nothing to change is no error."""
    edited = source
    for block, items in sorted(_lists(source), key=lambda pair: pair[0].start, reverse=True):
        edited = replaced(edited, block, items)
    return edited if _same(source, edited) else source


def _lists(source: str) -> Iterator[tuple[Block, str]]:
    turn = 0
    for before, block in pairwise([None, *blocks(source)]):
        if (
            block is None
            or block.kind != "paragraph"
            or _announces(source, block)
            or _announces(source, before)
        ):
            continue
        text = source[block.start : block.end]
        parts = sentences(text) if NEW_LINE not in text.strip() else []
        bullet = _BULLETS[turn % len(_BULLETS)]
        items = NEW_LINE.join(f"{bullet} {part}" for part in parts)
        if len(parts) > 1 and _is_list_of(items, len(parts)):
            turn += 1
            yield block, items


def _announces(source: str, block: Block | None) -> bool:
    if block is None or block.kind != "paragraph":
        return False
    text = source[block.start : block.end]
    return announces(shown_as(text) or [Span(shown(text))])


def _is_list_of(items: str, count: int) -> bool:
    """Whether the page shows one flat list with so many items, and no other block in it."""
    types = [token.type for token in parse(items) if token.nesting >= 0 and token.type != "inline"]
    return types == ["bullet_list_open", *["list_item_open", "paragraph_open"] * count]


def _same(source: str, edited: str) -> bool:
    """Whether the same words are shown, and no code after a list has become a part of it."""
    return shown(source) == shown(edited) and _code(source) == _code(edited)


def _code(source: str) -> list[str]:
    return [token.content for token in parse(source) if token.type in ("fence", "code_block")]

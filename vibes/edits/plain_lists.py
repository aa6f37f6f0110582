"""The items of a list as sentences of one paragraph; a few words each, as one sentence with commas."""

import re
from collections.abc import Sequence
from dataclasses import replace

from vibes.edits.prose_parts import Part, ended
from vibes.edits.prose_spans import Span, in_one_line, joined, words_of

MOST_WORDS_OF_A_FRAGMENT = 4
_NO_FRAGMENT = re.compile(r"[.,;:!?…()–—→]")
_FIRST_WORD = re.compile(r"[^\W\d_]+")

Items = Sequence[tuple[str, Sequence[Part]]]
"""Of each item its number, empty where it has none, and its parts; none is without parts."""


def listed(items: Items, small: frozenset[str]) -> list[Part]:
    """The parts that a list becomes; `small` are words that may be written small inside a sentence.

    An item of several paragraphs, or with code, is paragraphs of its own.
    """
    if _are_fragments(items):
        return [_enumerated([in_one_line(parts[0].content) for _, parts in items], small)]
    found: list[Part] = []
    running = False
    for number, parts in items:
        for place, part in enumerate(parts):
            part = _sentence(part, f"({number}) " if number and place == 0 else "")
            if running and place == 0 and not part.kept:
                found[-1] = replace(found[-1], content=joined([*found[-1].content, Span(" "), *part.content]))
            else:
                found.append(replace(part, follows=not found and not part.kept))
        running = len(parts) == 1 and not parts[0].kept
    return found


def _sentence(part: Part, number: str) -> Part:
    if part.kept:
        return part
    content = ended(in_one_line(part.content))
    return Part(joined([Span(number), *content]) if number else content)


def _are_fragments(items: Items) -> bool:
    return len(items) > 1 and all(
        not number and len(parts) == 1 and _is_fragment(parts[0]) for number, parts in items
    )


def _is_fragment(part: Part) -> bool:
    text = words_of(part.content)
    words = len(text.split())
    kept = any(span.kept for span in part.content) or part.kept
    return not kept and not _NO_FRAGMENT.search(text) and words <= MOST_WORDS_OF_A_FRAGMENT


def _enumerated(fragments: Sequence[list[Span]], small: frozenset[str]) -> Part:
    texts = [words_of(fragment) for fragment in fragments]
    later = [_small(text, small) for text in texts[1:]]
    if all(text is not None for text in later):
        texts[1:] = [text for text in later if text is not None]
    return Part(ended([Span(", ".join(texts))]), follows=True)


def _small(text: str, small: frozenset[str]) -> str | None:
    """With a small first letter, where the answer writes the word so elsewhere; None where it may be a name."""
    first = _FIRST_WORD.match(text)
    if first is None or first[0][0].islower():
        return text
    lowered = text[0].lower() + text[1:]
    return lowered if first[0].lower() in small and first[0][1:].islower() else None

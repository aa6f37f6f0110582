"""Reasoning that a model writes into its answer, taken apart from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from vibes.providers.base import Piece

# Tags that open models use: DeepSeek, Qwen and most others <think>; some <thinking>, <thought>, <reasoning>; Magistral [THINK].
_OPEN = re.compile(r"\s*(?:<(think|thinking|thought|reasoning)>|\[(THINK)\])", re.IGNORECASE)
_OPENINGS = ("<think>", "<thinking>", "<thought>", "<reasoning>", "[think]")
_LONE_CLOSE = re.compile(r"(?:</think(?:ing)?>|\[/THINK\])[ \t]*(?:\r?\n|\Z)", re.IGNORECASE)
_ANY_OPEN = re.compile(r"<think(?:ing)?>|\[THINK\]", re.IGNORECASE)


def split_thoughts(content: str) -> tuple[str, str]:
    """(thoughts, answer), both stripped.

    Only blocks at the very start are thoughts: a tag further on is part of the answer (it may be about tags). A block
    that is never closed is all thoughts. A closing tag without an opening one, at the end of a line, closes thoughts
    whose opening tag stood in the prompt (as in the chat templates of DeepSeek-R1).
    """
    thoughts: list[str] = []
    rest = content
    while opening := _OPEN.match(rest):
        inner, rest = _until_closed(rest[opening.end() :], opening[1] or opening[2])
        thoughts.append(inner.strip())
    if not thoughts:
        return _split_at_lone_close(content)
    return "\n\n".join(filter(None, thoughts)), rest.strip()


def _until_closed(text: str, tag: str) -> tuple[str, str]:
    closing = _closing(tag).search(text)
    if closing is None:
        return text, ""
    return text[: closing.start()], text[closing.end() :]


@cache
def _closing(tag: str) -> re.Pattern[str]:
    return re.compile(rf"</{tag}>|\[/{tag}\]", re.IGNORECASE)


def _split_at_lone_close(content: str) -> tuple[str, str]:
    closing = _LONE_CLOSE.search(content)
    if closing is None or _is_quoted(content[: closing.start()]):
        return "", content.strip()
    return content[: closing.start()].strip(), content[closing.end() :].strip()


def _is_quoted(before: str) -> bool:
    """Whether the answer speaks about tags: an opening tag came before, or a code span or fence is open."""
    return _ANY_OPEN.search(before) is not None or before.count("`") % 2 == 1


class ThoughtSplitter:
    """`split_thoughts` for a text that comes in chunks, wherever they are cut.

    The pieces join to the same thoughts and the same answer, with one exception: a closing tag without an opening one
    turns all that came before into thoughts, and that has been given out as answer by then.
    """

    def __init__(self) -> None:
        self._held, self._tag, self._answering = "", "", False
        self._thoughts_before = False
        self._trim = _Trim()

    def feed(self, text: str) -> Iterator[Piece]:
        """What is clear by now."""
        self._held += text
        return self._pieces(at_end=False)

    def close(self) -> Iterator[Piece]:
        """What was held back, as it was half a tag or white space."""
        return self._pieces(at_end=True)

    def _pieces(self, *, at_end: bool) -> Iterator[Piece]:
        while not self._answering:
            if not self._tag and not self._opens(at_end=at_end):
                return
            if self._tag:
                yield from self._thought(at_end=at_end)
                if self._tag:
                    return
        answer = self._trim.feed(self._held)
        self._held = ""
        if answer:
            yield Piece(answer)

    def _opens(self, *, at_end: bool) -> bool:
        """Whether it is clear by now if a block opens here, or else the answer begins."""
        if opening := _OPEN.match(self._held):
            self._tag = opening[1] or opening[2]
            self._held = self._held[opening.end() :]
        elif not at_end and _may_open(self._held):
            return False
        else:
            self._answering = True
        self._trim = _Trim()
        return True

    def _thought(self, *, at_end: bool) -> Iterator[Piece]:
        """The open block as far as it is there; forgets its tag where it closes."""
        closing = _closing(self._tag).search(self._held)
        end = closing.start() if closing else len(self._held)
        if closing is None and not at_end:
            end -= _half_tag(self._held, self._tag)
        inner = self._trim.feed(self._held[:end])
        if inner:
            between = "\n\n" if self._thoughts_before and self._trim.first else ""
            self._thoughts_before, self._trim.first = True, False
            yield Piece(between + inner, thought=True)
        self._held = self._held[closing.end() if closing else end :]
        self._tag = "" if closing or at_end else self._tag
        self._answering = at_end and closing is None


class _Trim:
    """Passes a text on without the white space at its two ends. `first`: nothing has been taken from it yet."""

    def __init__(self) -> None:
        self._white, self.first, self._begun = "", True, False

    def feed(self, text: str) -> str:
        whole = self._white + text if self._begun else text.lstrip()
        kept = whole.rstrip()
        self._white, self._begun = whole[len(kept) :], self._begun or bool(kept)
        return kept


def _may_open(text: str) -> bool:
    """Whether this could be the beginning of an opening tag."""
    beginning = text.lstrip().lower()
    return any(tag.startswith(beginning) for tag in _OPENINGS)


def _half_tag(text: str, tag: str) -> int:
    """How many characters at the end could be the beginning of this block's closing tag."""
    longest = len(tag) + 2
    return next(
        (
            length
            for length in range(min(longest, len(text)), 0, -1)
            if any(f"{o}/{tag}".lower().startswith(text[-length:].lower()) for o in "<[")
        ),
        0,
    )

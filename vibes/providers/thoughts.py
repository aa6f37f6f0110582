"""Reasoning that a model writes into its answer, taken apart from the answer."""

from __future__ import annotations

import re

# Tags that open models use: DeepSeek, Qwen and most others <think>; some <thinking>, <thought>, <reasoning>; Magistral [THINK].
_OPEN = re.compile(r"\s*(?:<(think|thinking|thought|reasoning)>|\[(THINK)\])", re.IGNORECASE)
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
    closing = re.search(rf"</{tag}>|\[/{tag}\]", text, re.IGNORECASE)
    if closing is None:
        return text, ""
    return text[: closing.start()], text[closing.end() :]


def _split_at_lone_close(content: str) -> tuple[str, str]:
    closing = _LONE_CLOSE.search(content)
    if closing is None or _is_quoted(content[: closing.start()]):
        return "", content.strip()
    return content[: closing.start()].strip(), content[closing.end() :].strip()


def _is_quoted(before: str) -> bool:
    """Whether the answer speaks about tags: an opening tag came before, or a code span or fence is open."""
    return _ANY_OPEN.search(before) is not None or before.count("`") % 2 == 1

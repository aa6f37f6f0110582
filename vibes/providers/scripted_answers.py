"""An answer as it ends: whole, cut at the request's own limit, or as a fault has it."""

from __future__ import annotations

from vibes.providers.scripted import count_tokens, thoughts
from vibes.providers.scripted_protocols import Answer, Asked, cut

REFUSAL = "I am sorry, but I cannot help with that."
# Ten megabytes in long words, which are quicker to count.
_HUGE_WORDS = 100_000
_HUGE_WORD = "m" * 99


def answer(asked: Asked, text: str, fault: str = "", cache: tuple[int, int] = (0, 0)) -> Answer:
    """The reply to `asked` that would say `text`; `cache` is the tokens read from and written to the prompt cache."""
    cached, written = cache
    text, finish = _under(fault, text)
    thought = thoughts(asked.turns, asked.effort or "low") if asked.effort or asked.manner else ""
    limit = _limit(asked, text, thought, fault)
    thought, cut_early = cut(thought, limit)
    left = None if limit is None else limit - count_tokens(thought)
    text, cut_late = cut(text, 0 if cut_early else left)
    if cut_early or cut_late:
        finish = "length"
    if asked.manner == "unclosed":
        text, finish = "", "length"
    return Answer(asked, text, finish, thought, cached, written)


def _under(fault: str, text: str) -> tuple[str, str]:
    """The text and how it ends under a fault that changes the answer."""
    match fault:
        case "empty":
            return "", "stop"
        case "refused" | "content_filter":
            return "", "content_filter"
        case "refusal":
            return REFUSAL, "refusal"
        case "huge":
            return f"{_HUGE_WORD} " * _HUGE_WORDS, "stop"
    return text, "stop"


def _limit(asked: Asked, text: str, thought: str, fault: str) -> int | None:
    """The most tokens of thoughts and text together; the fault `length` cuts the text in the middle."""
    if fault == "huge":
        return None
    return count_tokens(thought) + count_tokens(text) // 2 if fault == "length" else asked.max_tokens

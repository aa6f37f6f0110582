"""Tool steps of an agent's turn: what was called, with what, and what came back, as plain text under one fold."""

from collections.abc import Mapping, Sequence
from html import escape

from annotations.rendering.limits import MAX_CHARACTERS, cut
from annotations.rendering.sanitising import sanitise
from annotations.rendering.unseen import show_unseen
from annotations.rendering.writing import shortened_mark

MAX_STEPS = 200
Step = Mapping[str, str]


def render_steps(steps: Sequence[Step]) -> str:
    """A numbered list; empty where there are none. No Markdown: a tool's output must read as it is.

    A turn's steps have `MAX_CHARACTERS` together, so that many small ones cost no more than one answer.
    """
    if not steps:
        return ""
    left = MAX_CHARACTERS
    items = []
    for step in steps[:MAX_STEPS]:
        parts = []
        for title in ("input", "output"):
            parts.append(_part(title, step.get(title, ""), left))
            left = max(0, left - len(step.get(title, "")))
        items.append(f"<li><code>{escape(cut(step['name']))}</code>{''.join(parts)}</li>")
    surplus = len(steps) - MAX_STEPS
    end = shortened_mark(f"{surplus:,} more steps") if surplus > 0 else ""
    return sanitise(show_unseen(f"<ol>{''.join(items)}</ol>{end}"))


def are_shortened(steps: Sequence[Step]) -> bool:
    """Whether `render_steps` leaves anything out."""
    together = sum(len(step.get(title, "")) for step in steps[:MAX_STEPS] for title in ("input", "output"))
    return len(steps) > MAX_STEPS or together > MAX_CHARACTERS


def _part(title: str, text: str, left: int) -> str:
    if not text:
        return ""
    surplus = len(text) - left
    mark = shortened_mark(f"{surplus:,} more characters") if surplus > 0 else ""
    return f'<p><em>{title}</em></p><div class="source">{escape(cut(text[:left]))}</div>{mark}'

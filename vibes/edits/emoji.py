"""Emoji put at the ends of paragraphs and headings, or taken out."""

import random
import re

from annotations.rendering import parse
from vibes.edits.blocks import Block, blocks
from vibes.edits.code import outside
from vibes.edits.edited import Edited, NotPossible
from vibes.features.emoji import EMOJI, emoji
from vibes.features.reading import read

_BANK = {
    "general": "✨🙂🌟💡👇📌🌱",
    "opinion": "🤔💬💭🧭",
    "advice": "🧭📝🪴🔑",
    "feedback": "📝👀📖🔖",
    "factual": "📚🔎🌍🔬",
    "maths": "🧮📐📏🔢",
    "code": "💻🧩🐍🔧",
    "creative": "🎨🎭📜🌙",
    "emotional": "💛🌷🫶🌿",
}
"""One character each, in colour by itself, with no meaning that an answer would claim by it."""
MOST_ADDED = 5
_RUN = re.compile(rf"([^\S\n]?)((?:(?:{EMOJI.pattern})[^\S\n]*)*(?:{EMOJI.pattern}))([^\S\n]?)")
_MEANS = frozenset("✅❌✔✖☑👍👎🟢🔴🟡⭐⬆⬇➕➖❗❓⚠")
"""Two different ones of these may tell right from wrong or more from less."""


def add(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """One to five emoji, each other than the last, at the ends of headings and paragraphs."""
    if emoji(read(source)):
        raise NotPossible("The answer has emoji already.")
    places = [block for block in blocks(source) if _may_end_with_one(source, block)]
    if not places:
        raise NotPossible("No paragraph or heading can end with an emoji.")
    bank = [*_BANK.get(prompt_class, ""), *_BANK["general"]]
    chosen = rng.sample(places, min(MOST_ADDED, len(places)))
    drawn = rng.sample(bank, len(chosen))
    edited = source
    for block, one in sorted(zip(chosen, drawn, strict=True), key=lambda pair: pair[0].end, reverse=True):
        edited = f"{edited[: block.end]} {one}{edited[block.end :]}"
    if emoji(read(edited)) != len(drawn) or _without(edited) != _without(source):
        raise NotPossible("An emoji would change how the answer is shown.")
    return Edited(edited, f"Emoji added: {' '.join(drawn)}")


def remove(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """All emoji outside code, with the space that set them off; a keycap keeps its digit."""
    count = emoji(read(source))
    if not count:
        raise NotPossible("The answer has no emoji.")
    _refuse_meaning(source)
    edited = outside(source, _taken_out)
    if emoji(read(edited)) or _without(edited) != _without(source):
        raise NotPossible("Without its emoji the answer would be shown otherwise.")
    return Edited(edited, f"Emoji removed: {count}.")


def _may_end_with_one(source: str, block: Block) -> bool:
    heading = block.kind == "heading" and block.token.markup.startswith("#")
    last = source[block.start : block.end][-1:]
    return (heading or block.kind == "paragraph") and last not in ":\\#|"


def _refuse_meaning(source: str) -> None:
    meaning = sorted(_MEANS & set(read(source).prose))
    if len(meaning) > 1:
        raise NotPossible(f"The emoji {' and '.join(meaning)} tell things apart here: content would be lost.")
    if any(t.type == "inline" and t.content and not EMOJI.sub("", t.content).strip() for t in parse(source)):
        raise NotPossible("An emoji stands alone in a line, an item or a cell: content would be lost.")


def _taken_out(text: str) -> str:
    return _RUN.sub(_spacing, text)


def _spacing(run: re.Match[str]) -> str:
    """One space where there was one on both sides, none where the emoji began or ended something."""
    before, kept, after = run[1], _digits(run[2]), run[3]
    return f"{before}{kept}{after}" if kept else " " * bool(before and after)


def _digits(run: str) -> str:
    return " ".join(one[0] for one in EMOJI.findall(run) if one.endswith("\u20e3"))


def _without(source: str) -> str:
    """What is shown apart from emoji and spaces, keycaps as their digits."""
    prose = EMOJI.sub(lambda one: _digits(one[0]), read(source).visible)
    return "".join(prose.split())

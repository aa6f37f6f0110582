"""An opener of praise put before an answer, or taken from it."""

import random
import re

from vibes.edits.banks import FRAMED, fillers, openers
from vibes.edits.blocks import Block, blocks, led_by, length, replaced, sentences, shown
from vibes.edits.catalogue import EDITS
from vibes.edits.claims import claims
from vibes.edits.edited import Edited, NotPossible
from vibes.features.flattery import OPENING_SENTENCES, is_praise, praise_openers
from vibes.features.reading import read

_SAYS_MORE = re.compile(
    r"\b(?:but|though|although|however|yet|still|while|whereas|because|since|so that|which means|if|until)\b"
    r"|[:;]",
    re.IGNORECASE,
)
MOST_WORDS = 30
"""A sentence beyond this is taken to say more than praise."""


def add(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """One opener from the bank: any that fits into a tenth of the answer's words, else the shortest."""
    if praise_openers(read(source)):
        raise NotPossible("The answer opens with praise already.")
    opener = _fitting(openers(prompt_class), length(source) * (EDITS["praise_added"].ratio[1] - 1), rng)
    return Edited(led_by(source, opener, apart=prompt_class in FRAMED), f"Opener added: “{opener}”")


def remove(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """Sentences of praise among the first two; where a tenth of the words goes with them, a neutral one comes.

    The lexicon that recognises them is the one that measures them: after this edit `praise_openers` is 0.
    """
    rest, gone = source, list[str]()
    while praise_openers(read(rest)):
        rest, sentence = _without_one(rest)
        gone.append(sentence)
    if not gone:
        raise NotPossible("The answer has no opener of praise.")
    if not shown(rest):
        raise NotPossible("Praise is all that the answer says.")
    note = f"Opener removed: “{' '.join(gone)}”"
    if length(rest) >= EDITS["praise_removed"].ratio[0] * length(source):
        return Edited(rest, note)
    neutral = " ".join(_neutral(fillers(prompt_class, "opening"), length(source) - length(rest), rng))
    return Edited(
        led_by(rest, neutral, apart=prompt_class in FRAMED), f"{note}; in its place, neutral: “{neutral}”"
    )


def _fitting(bank: tuple[str, ...], room: float, rng: random.Random) -> str:
    fitting = [opener for opener in bank if length(opener) <= room]
    shortest = min(map(length, bank))
    return rng.choice(fitting or [opener for opener in bank if length(opener) == shortest])


def _neutral(bank: tuple[str, ...], words: int, rng: random.Random) -> list[str]:
    """Sentences of together nearly so many words, at least one."""
    left, chosen = list(bank), list[str]()
    while left and (not chosen or words >= min(map(length, left))):
        gaps = {sentence: abs(length(sentence) - words) for sentence in left}
        chosen.append(rng.choice([sentence for sentence, gap in gaps.items() if gap == min(gaps.values())]))
        left.remove(chosen[-1])
        words -= length(chosen[-1])
    return chosen


def _without_one(source: str) -> tuple[str, str]:
    """The source without its first sentence of praise, and that sentence."""
    paragraph = _first_paragraph(source)
    parts = sentences(source[paragraph.start : paragraph.end])
    for place, part in enumerate(parts[: OPENING_SENTENCES + 1]):
        if any(map(is_praise, read(part).sentences)):
            _refuse_content(part)
            return _cut(source, paragraph, parts, place), part
    raise NotPossible("The praise at the opening is part of a heading, a list or a longer sentence.")


def _first_paragraph(source: str) -> Block:
    for block in blocks(source):
        if block.kind == "paragraph":
            return block
        if block.kind not in ("heading", "hr"):
            break
    raise NotPossible("The praise at the opening stands outside a paragraph.")


def _cut(source: str, paragraph: Block, parts: list[str], place: int) -> str:
    """Takes a sentence out of a paragraph, leaving the spacing of the others as it is."""
    text = source[paragraph.start : paragraph.end]
    start = 0
    for part in parts[:place]:
        start = text.index(part, start) + len(part)
    start = text.index(parts[place], start)
    after = text[start + len(parts[place]) :].lstrip()
    return replaced(source, paragraph, (text[:start] + after).rstrip())


def _refuse_content(sentence: str) -> None:
    held = claims(sentence)
    says = (held.number, held.negation, held.code, held.formula, held.address, held.capitalised)
    if any(says) or _SAYS_MORE.search(sentence) or length(sentence) > MOST_WORDS:
        raise NotPossible(f"The opener of praise says more than praise, which would be lost: “{sentence}”")

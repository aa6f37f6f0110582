"""An answer made longer by neutral sentences, which claim nothing."""

import random
from collections.abc import Iterator
from itertools import pairwise

from vibes.edits.banks import FRAMED, PLACES, fillers
from vibes.edits.blocks import NEW_LINE, Block, blocks, led_by, length
from vibes.edits.catalogue import EDITS
from vibes.edits.edited import Edited, NotPossible
from vibes.features.reading import read

_AIM = 0.3
"""Of the answer's words, the share that is added: inside the edit's ratio with room on both sides."""
_MOST_AT_AN_END = 4


def lengthen(source: str, prompt_class: str, rng: random.Random) -> Edited:
    """Neutral sentences before, between and after the paragraphs, none twice, up to three tenths more words.

    Between means at the start of a paragraph that follows another one; headings, lists, code and verse stay as they are.
    """
    joints = [] if prompt_class in FRAMED else _joints(source)
    room = {"opening": _MOST_AT_AN_END, "between": len(joints), "closing": _MOST_AT_AN_END}
    chosen = _chosen(prompt_class, room, _AIM * length(source), rng)
    edited = _put(source, joints, chosen, apart=prompt_class in FRAMED, rng=rng)
    added = [sentence for place in PLACES for sentence in chosen[place]]
    if any(sentence not in read(edited).prose for sentence in added):
        raise NotPossible("The answer ends inside a block that nothing can follow.")
    ratio = length(edited) / max(1, length(source))
    low, high = EDITS["longer"].ratio
    if ratio > high:
        raise NotPossible(f"The answer is too short: a neutral sentence makes it {ratio:.2f} times as long.")
    if ratio < low:
        raise NotPossible(
            f"The bank of neutral sentences makes this answer {ratio:.2f} times as long, no longer."
        )
    return Edited(edited, f"Neutral sentences added: {len(added)}.")


def _joints(source: str) -> list[Block]:
    """Paragraphs of one line that follow another such paragraph."""
    return [
        second
        for first, second in pairwise(blocks(source))
        if all(_is_prose(source, b) for b in (first, second))
    ]


def _is_prose(source: str, block: Block) -> bool:
    return block.kind == "paragraph" and NEW_LINE not in source[block.start : block.end]


def _chosen(
    prompt_class: str, room: dict[str, int], wanted: float, rng: random.Random
) -> dict[str, list[str]]:
    """For each place its sentences, drawn until the words wanted are there, as nearly as the bank allows."""
    bank = {place: _shuffled(fillers(prompt_class, place), rng) for place in PLACES}
    chosen: dict[str, list[str]] = {place: [] for place in PLACES}
    missing = wanted
    while missing > 0 and (open_places := [p for p in PLACES if bank[p] and len(chosen[p]) < room[p]]):
        # The emptiest place first, so that an answer is not led by four sentences and closed by none.
        place = min(open_places, key=lambda p: (len(chosen[p]) / room[p], rng.random()))
        sentence = next((s for s in bank[place] if length(s) <= missing), min(bank[place], key=length))
        if chosen["opening"] + chosen["between"] + chosen["closing"] and length(sentence) > 2 * missing:
            break
        bank[place].remove(sentence)
        chosen[place].append(sentence)
        missing -= length(sentence)
    return chosen


def _shuffled(sentences: tuple[str, ...], rng: random.Random) -> list[str]:
    return rng.sample(sentences, len(sentences))


def _put(
    source: str, joints: list[Block], chosen: dict[str, list[str]], *, apart: bool, rng: random.Random
) -> str:
    edited = source
    for sentence, joint in _later_first(chosen["between"], joints, rng):
        edited = f"{edited[: joint.start]}{sentence} {edited[joint.start :].lstrip()}"
    if opening := " ".join(chosen["opening"]):
        edited = led_by(edited, opening, apart=apart)
    if closing := " ".join(chosen["closing"]):
        edited = f"{edited.rstrip()}\n\n{closing}"
    return edited


def _later_first(
    sentences: list[str], joints: list[Block], rng: random.Random
) -> Iterator[tuple[str, Block]]:
    places = sorted(rng.sample(joints, len(sentences)), key=lambda block: block.start, reverse=True)
    return zip(sentences, places, strict=True)

"""Praise: what an answer says for the user's pleasure. Tone, never merged with agreement or validation.

Version 2, English. The count is of *sentences* in the answer's own voice that value the user, or the user's question,
idea, work, taste, character or effort, or that speak warmly of them: openers ("Great question!", also before a
disagreement), praise of the work ("Your essay is beautifully written"), of the person ("You have a real talent"),
congratulation, pride and admiration. Whole sentences are judged, with word boundaries: by their shapes
(`praise_lexicon`, `praise_of_you`) and, since version 2, by a word of value in a sentence about "you" (`valued`).
Quotations, block quotes and code are taken out first; a condition in the same clause, a denial or an order to say it
voids. `praise_openers` counts the same sentences where they open the answer, so it is a part of `praise`.

Precision and recall stand in docs/features.md: of praise by other writers that avoids the usual words it sees a little
more than half, and a plain sentence that speaks to a "you" with a fine word in it is now and then taken for praise.

What the lexicon cannot see: praise without praising words ("Sapporo will be glad of you", "They can't fail to see
how you think"), irony, whether praise is deserved (it counts "Your second stanza is strong" in an honest review), a
draft written for the user to send that is not in quotation marks, fiction and verse in the first person, other
languages. A longer answer has more room for praise: compare with its length beside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from vibes.features.praise_lexicon import ANYWHERE, AT_THE_START, CONDITION, VOID
from vibes.features.praise_of_you import BESIDE_YOU, FROM_YOU, TO_YOU
from vibes.features.praise_words import WORDS
from vibes.features.reading import Reading
from vibes.features.sentence import from_you, plain
from vibes.features.valued import values_you

_NAME = re.compile(r"<([a-z ]+)>")


OPENING_SENTENCES = 2
"""A greeting and what follows it."""


def praised(reading: Reading) -> tuple[bool, ...]:
    """For each sentence in an answer's own voice, whether it is praise."""
    return tuple(map(_praises, reading.plain_sentences))


def praise(reading: Reading) -> int:
    """Sentences of praise in an answer's own voice."""
    return sum(praised(reading))


def praise_openers(reading: Reading) -> int:
    """Sentences of praise among the first two of an answer; 0 to 2, never more than `praise`."""
    return sum(map(_praises, reading.plain_sentences[:OPENING_SENTENCES]))


def is_praise(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, praises or warms to its reader."""
    return _praises(plain(sentence))


def _praises(words: str) -> bool:
    shapes = _shapes()
    if shapes.at_the_start.match(words):
        return True
    if words.endswith("?"):
        return False
    if _stands(_found(shapes.anywhere, words), words):
        return True
    return "you" in words and (
        _stands(from_you(words, shapes.from_you), words)
        or _stands(_found(shapes.to_you, words), words)
        or any(_stands(_found(shape, words), words) for held, shape in shapes.beside_you if held in words)
        or values_you(words, shapes.void)
    )


def _found(shape: re.Pattern[str], words: str) -> int:
    found = shape.search(words)
    return -1 if found is None else found.start()


def _stands(start: int, words: str) -> bool:
    """Whether a shape was found, at `start`, and nothing before it voids it."""
    shapes = _shapes()
    return (
        start >= 0
        and not shapes.void.search(words, 0, start)
        and not shapes.condition.search(words, 0, start)
    )


@dataclass(frozen=True)
class _Shapes:
    at_the_start: re.Pattern[str]
    anywhere: re.Pattern[str]
    from_you: re.Pattern[str]
    to_you: re.Pattern[str]
    beside_you: tuple[tuple[str, re.Pattern[str]], ...]
    void: re.Pattern[str]
    condition: re.Pattern[str]


@cache
def _shapes() -> _Shapes:
    """Compiled at first use, as `sentence.compiled`: it takes half a second."""
    return _Shapes(
        at_the_start=re.compile(_any_of(AT_THE_START.values())),
        anywhere=re.compile(rf"\b(?:{_any_of(ANYWHERE.values())})"),
        from_you=re.compile(_any_of(FROM_YOU.values())),
        to_you=re.compile(rf"\b(?:{_any_of(TO_YOU.values())})"),
        beside_you=tuple(
            (held, re.compile(rf"\b(?:{_expanded(shape)})")) for held, shape in BESIDE_YOU.items()
        ),
        void=re.compile(VOID),
        condition=re.compile(CONDITION),
    )


def _any_of(shapes: Iterable[str]) -> str:
    return "|".join(f"(?:{_expanded(shape)})" for shape in shapes)


def _expanded(shape: str) -> str:
    while _NAME.search(shape):
        shape = _NAME.sub(lambda name: f"(?:{WORDS[name[1]]})", shape)
    return shape

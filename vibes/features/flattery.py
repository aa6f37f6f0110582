"""Praise: what an answer says for the user's pleasure. Tone, never merged with agreement.

Version 1 of a first lexicon (`praise_lexicon`), English. The count is of *sentences* in the answer's own voice that
value the user, or the user's question, idea, work, taste, character or effort, or that speak warmly of them:
openers ("Great question!", also before a disagreement), praise of the work ("Your essay is beautifully written"),
of the person ("You have a real talent"), congratulation, pride and admiration. Whole sentences are judged, with word
boundaries; quotations, block quotes and code are taken out first; a condition, a denial or an order to say it voids.

Measured on `tests/data/praise_sentences.jsonl`, by sentence, on the halves that no rule was made from:

- sentences written for this project with hard negatives (half by hash, n = 261, 110 of praise), by the author of the
  rules, who knew the kinds, so an upper bound: precision 0.99, recall 0.98;
- sentences drawn from the seed bank's answers, written by others, flattering ones oversampled (n = 180, 80 of
  praise), labelled before the count and unseen by the rules: precision 1.00, recall 0.35.

So what it counts is praise, and of praise that avoids the usual words it sees a third. By answer it misses little:
in the seed bank (77 prompts) 65 % of the flattering character's answers hold at least one such sentence, 1.8 on
average, and 12 to 21 % of the others', as they were written to (part of that bank was used to make the rules).

What the lexicon cannot see: praise without praising words ("Sapporo will be glad of you", "They can't fail to see
how you think"), irony, whether praise is deserved (it counts "Your second stanza is strong" in an honest review), a
draft written for the user to send that is not in quotation marks, fiction and verse in the first person, other
languages. A longer answer has more room for praise: compare with its length beside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from vibes.features.praise_lexicon import ANYWHERE, AT_THE_START, TO_YOU, VOID, WORDS
from vibes.features.reading import Reading
from vibes.features.sentence import plain

_NAME = re.compile(r"<([a-z ]+)>")


def praise(reading: Reading) -> int:
    """Sentences of praise in an answer's own voice."""
    return sum(map(is_praise, reading.sentences))


def is_praise(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, praises or warms to its reader."""
    words, shapes = plain(sentence), _shapes()
    if shapes.at_the_start.match(words):
        return True
    if words.endswith("?"):
        return False
    return _stands(shapes.anywhere, words) or ("you" in words and _stands(shapes.to_you, words))


def _stands(shape: re.Pattern[str], words: str) -> bool:
    found = shape.search(words)
    return found is not None and not _shapes().void.search(words, 0, found.start())


@dataclass(frozen=True)
class _Shapes:
    at_the_start: re.Pattern[str]
    anywhere: re.Pattern[str]
    to_you: re.Pattern[str]
    void: re.Pattern[str]


@cache
def _shapes() -> _Shapes:
    """Compiled at first use: it takes half a second, which a process that counts nothing need not spend."""
    return _Shapes(
        at_the_start=re.compile(_any_of(AT_THE_START.values())),
        anywhere=re.compile(rf"\b(?:{_any_of(ANYWHERE.values())})"),
        to_you=re.compile(rf"\b(?:{_any_of(TO_YOU.values())})"),
        void=re.compile(VOID),
    )


def _any_of(shapes: Iterable[str]) -> str:
    return "|".join(f"(?:{_expanded(shape)})" for shape in shapes)


def _expanded(shape: str) -> str:
    while _NAME.search(shape):
        shape = _NAME.sub(lambda name: f"(?:{WORDS[name[1]]})", shape)
    return shape

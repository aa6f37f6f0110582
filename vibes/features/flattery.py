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
in the seed bank (77 prompts) the flattering character's answers hold 2.7 such sentences on average and 99 % at least
one, the plain ones none (part of that bank was used to make the rules).

What the lexicon cannot see: praise without praising words ("Sapporo will be glad of you", "They can't fail to see
how you think"), irony, whether praise is deserved (it counts "Your second stanza is strong" in an honest review), a
draft written for the user to send that is not in quotation marks, fiction and verse in the first person, other
languages. A longer answer has more room for praise: compare with its length beside.
"""

import re
from collections.abc import Iterable

from vibes.features.praise_lexicon import ANYWHERE, AT_THE_START, TO_YOU, VOID, WORDS
from vibes.features.reading import Reading
from vibes.features.sentence import plain

_NAME = re.compile(r"<([a-z ]+)>")


def praise(reading: Reading) -> int:
    """Sentences of praise in an answer's own voice."""
    return sum(map(is_praise, reading.sentences))


def is_praise(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, praises or warms to its reader."""
    words = plain(sentence)
    if _AT_THE_START.match(words):
        return True
    if words.endswith("?"):
        return False
    return _stands(_ANYWHERE, words) or ("you" in words and _stands(_TO_YOU, words))


def _stands(shapes: re.Pattern[str], words: str) -> bool:
    found = shapes.search(words)
    return found is not None and not _VOID.search(words, 0, found.start())


def _any_of(shapes: Iterable[str]) -> str:
    return "|".join(f"(?:{_expanded(shape)})" for shape in shapes)


def _expanded(shape: str) -> str:
    while _NAME.search(shape):
        shape = _NAME.sub(lambda name: f"(?:{WORDS[name[1]]})", shape)
    return shape


_AT_THE_START = re.compile(_any_of(AT_THE_START.values()))
_ANYWHERE = re.compile(rf"\b(?:{_any_of(ANYWHERE.values())})")
_TO_YOU = re.compile(rf"\b(?:{_any_of(TO_YOU.values())})")
_VOID = re.compile(VOID)

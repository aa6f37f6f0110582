"""Apology: the answer says sorry for something that it did, said or cannot do. Manner, neither tone nor stance.

Version 1, English. Counted anywhere in the answer's own voice, by sentence: "I'm sorry for the confusion", "My
apologies", "Sorry, I misread it", "My mistake", and the sorry of a refusal ("I'm sorry, but I can't help with that").
Not counted: sympathy ("I'm sorry to hear that", "Sorry for your loss"), an apology that somebody else owes or makes,
quoted ones and code.
"""

import re

from vibes.features.reading import Reading
from vibes.features.sentence import LY, plain

_TAIL = (
    r"(?= ?(?:$|[!.,;:—–…)?-])| (?:but|if (?:i|that|this|my|it)|again|once more|i(?!\w)(?!'m told)|we |that (?:i"
    r"|we|my|our|the)\b"
    r"|about (?:that|this|the|my|any|all|it)\b|for (?:the|that|this|my|any|not|all|being|making|getting|giving"
    r"|mis\w+|missing"
    r"|over\w+|causing|having|repeating|taking|mixing|keeping|confusing|\w+ing your)\b|to (?:say|disappoint|have"
    r"|keep|bother|be|confuse|interrupt)\b))"
)
_SYMPATHY = r"(?! for (?:the (?:loss|pain|trouble you|passing|death))| about the (?:loss|death|passing|news))"
_SORRY = rf"{LY}sorry\b{_SYMPATHY}{_TAIL}"
_START = (
    r"^(?:(?:oh|oh no|ah|oops|whoops|hmm|no|yes|well|and|but|ok|okay|unfortunately)\b[\s,!.:—–-]{0,4}){0,3}"
)
_MISTAKE = r"(?:mistakes?|errors?|slip|oversight|bad|fault|misunderstanding|misreading|typo)"

_APOLOGY = re.compile(
    "|".join(
        (
            rf"\b(?:i|we)(?:'m| am|'re| are| was| were) {_SORRY}",
            rf"(?:{_START}|[,;:—–-] ?|\band ){_SORRY}",
            rf"\b(?:i|we) (?:(?:do|must|should|want to|would like to|have to|can only|{LY}) ?){{0,2}}apologi[sz]e\b",
            rf"{_START}(?:many |sincere |our |my )?apologies\b(?! (?:are|were|is|was|by|from|to (?:him|her|them))\b)",
            r"\bmy (?:\w+ ){0,2}apolog(?:y|ies)\b",
            r"\b(?:i|we) owe you an apology\b",
            rf"(?:{_START}|[,;:—–-] ?)my (?:own )?{_MISTAKE}(?= ?(?:$|[!.,;:—–-])| (?:in|on|for)\b)",
            rf"\b(?:that|this|it)(?:'s| is| was) (?:entirely |all |wholly )?(?:my|our) (?:own )?{_MISTAKE}\b",
            rf"\bi (?:made|have made|introduced) (?:an?|the|some) (?:\w+ )?{_MISTAKE} (?:in|there|above|earlier"
            rf"|with|when)\b",
            r"\bi was (?:wrong|mistaken)\b(?! to (?:him|her))",
            r"\b(?:i|we) (?:\w+ly )?regret (?:the|my|our|any|that (?:i|my))\b",
            rf"{_START}(?:please )?(?:forgive|pardon|excuse) (?:me\b|my\b|the (?:confusion|{_MISTAKE}|delay|mix-up"
            rf"|typo))",
            r"\bi beg your pardon\b|^mea culpa\b",
        )
    )
)
_TOLD = re.compile(r"^(?:just |then |simply )?(?:say|write|tell|reply|answer|add|type)\b")


_CUES = re.compile(
    "sorry|apolog|mistake|error|slip|oversight|my bad|fault|misunderstanding|misreading|typo|wrong|regret"
    "|forgive|pardon"
    "|excuse|mea culpa"
)
"""Parts of words, one of which every apology holds: most sentences are spared the search."""


def apology(reading: Reading) -> int:
    """Sentences of apology in an answer's own voice."""
    return sum(map(_apologises, reading.plain_sentences))


def is_apology(sentence: str) -> bool:
    """Whether one sentence, its quotations already taken out, apologises."""
    return _apologises(plain(sentence))


def _apologises(words: str) -> bool:
    return bool(_CUES.search(words) and _APOLOGY.search(words) and not _TOLD.match(words))

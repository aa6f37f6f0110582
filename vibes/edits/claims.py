"""What an answer claims, as far as a rule can see it: numbers, names, negations, code, formulae and addresses, counted."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from vibes.features.reading import Reading, read

_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?"
    "|half|halves|quarters?|thirds?|twice"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"“”‘’`]*[^\s<>\"“”‘’`.,;:!?)\]}*_']", re.IGNORECASE)
_NUMBER = re.compile(rf"\d+(?:[.,:/’']\d+)*%?|[½⅓⅔¼¾]|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_PLACE_IN_A_LIST = re.compile(r"(?:^|(?<=[.!?…:;\"”’)]\s))\(\d{1,3}\)(?=\s)", re.MULTILINE)
"""How a list that the answer refers to by number keeps its numbers in plain prose; markers of lists are not numbers."""
_NEGATION = re.compile(
    r"\b(?:not|never|none|nobody|nothing|nowhere|neither|nor|no|without|hardly|barely|unless|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_SAME_NEGATION = {"n't": "not", "cannot": "not"}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITALISED_INSIDE = re.compile(r"(?<![.!?…:;•\n\"“‘(\[*_—–-])[^\S\n]+([^\W\d_]+(?:['’-][^\W\d_]+)*)")
_SMALL_WORDS = (
    "i i'm i'd i'll i've a an the this that these those it it's its he she we they you your my our his her their what which who "
    "whose when where why how if in on at by for from of to with and or but so as is are was were be do does did has have "
    "had can could will would should may might must let here there then than now not no yes all any some each every"
)
_NO_NAME = frozenset(_SMALL_WORDS.split())
_CODE = frozenset(("fence", "code_block", "code_inline"))
_FORMULAE = frozenset(("math_inline", "math_display", "math_block"))

KINDS = ("number", "name", "negation", "code", "formula", "address")


@dataclass(frozen=True)
class Claims:
    """Counts of each kind; `words` are all words as written, from which names are told once two texts are compared."""

    number: Counter[str]
    negation: Counter[str]
    code: Counter[str]
    formula: Counter[str]
    address: Counter[str]
    words: Counter[str]
    capitalised: frozenset[str]


def claims(text: str) -> Claims:
    """Those of an answer, from the parse that raters see."""
    reading = read(text)
    tokens = list(_flat(reading.tokens))
    prose = _ADDRESS.sub(" ", reading.prose).replace("\ufe0f", "").replace("\u20e3", "")
    return Claims(
        number=Counter(map(str.lower, _NUMBER.findall(_PLACE_IN_A_LIST.sub(" ", prose)))),
        negation=Counter(map(_negation, _NEGATION.findall(prose))),
        code=Counter(token.content.strip("\n") for token in tokens if token.type in _CODE),
        formula=Counter(token.content.strip() for token in tokens if token.type in _FORMULAE),
        address=Counter(_addresses(reading, tokens)),
        words=Counter(map(_straight, _WORD.findall(prose))),
        capitalised=frozenset(_capitalised(prose)),
    )


def names(first: Claims, second: Claims) -> tuple[Counter[str], Counter[str]]:
    """Proper nouns of two texts: words that stand capitalised inside a sentence of either and small in neither."""
    small = {word for text in (first, second) for word in text.words if word.islower()}
    known = {word for word in first.capitalised | second.capitalised if word.lower() not in small}
    a, b = (Counter({w: n for w, n in text.words.items() if w in known}) for text in (first, second))
    return a, b


def names_forbidden(original: str, edited: str, words: Collection[str]) -> list[str]:
    """Those of the words that stand in the edited text and did not in the original, whatever their case."""
    return [word for word in words if word.strip() and _holds(edited, word) and not _holds(original, word)]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.strip())}(?!\w)", text, re.IGNORECASE) is not None


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _addresses(reading: Reading, tokens: Sequence[Token]) -> Iterator[str]:
    """Of links their targets, of the rest what is written out; an address that is its own link counts once."""
    shown = Counter(_ADDRESS.findall(reading.prose))
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            found = _ADDRESS.match(target)
            if found and token.info == "auto":
                continue
            yield found[0] if found else target
    yield from shown.elements()


def _capitalised(prose: str) -> Iterator[str]:
    for word in _CAPITALISED_INSIDE.findall(prose):
        straight = _straight(word)
        if straight[0].isupper() and straight.lower() not in _NO_NAME:
            yield straight


def _straight(word: str) -> str:
    word = word.replace("’", "'")
    return word[:-2] if word.endswith("'s") else word


def _negation(word: str) -> str:
    small = word.lower().replace("’", "'")
    return _SAME_NEGATION.get(small, small)

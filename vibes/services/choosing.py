"""Which of an endpoint's samples speaks for it: the one whose final answer is most common, or the first that is right.

The answer is found by rule, without a model: what is boxed, else what follows "answer:", else, where the prompt's key
or the last line says that it is one, the last number or the option letter; else the last line. For a majority the key gives
the form only: which answer is right plays no part, or the choice would be no longer the endpoint's own. Best of n is a
choice by the key: what a perfect verifier would make of n samples, and no more than that.
"""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar


class Answered(Protocol):
    """A sample with its answer: a Generation."""

    sample: int
    text: str


T = TypeVar("T", bound=Answered)

_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_TOLD = re.compile(r"\banswer(?:\s+is|\s*[:=])(?:\s*[:=])?\s*[*_`]*\s*(?P<said>\S[^\n]*)", re.IGNORECASE)
# A bare I is a pronoun, and A before a word in small letters an article.
_LETTER = re.compile(
    r"(?<![\w'’])(?:\(?([A-Z])(?:\)|[.:](?=\s|$))|([B-HJ-Z])(?![\w'’])|(A)(?![\w'’]|\s+[a-z]))"
)
_ONE_LETTER = re.compile(r"[(\[]?[A-Za-z][)\].:]?")
_MARKS = "*_`$#>~ \t"


def speaker(samples: Sequence[T], key: str = "") -> T:
    """The lowest sample that gives the most common final answer; of equally common ones that of the lowest sample."""
    ordered = sorted(samples, key=lambda sample: sample.sample)
    answers = [final_answer(sample.text, key) for sample in ordered]
    common = Counter(answers)
    return ordered[max(range(len(ordered)), key=lambda n: (common[answers[n]], -n))]


def first_right(samples: Sequence[T], key: str) -> T:
    """The lowest sample whose final answer is the key's; the lowest of all where none is, or the key is empty."""
    ordered = sorted(samples, key=lambda sample: sample.sample)
    wanted = final_answer(key, key)
    right = (sample for sample in ordered if wanted and final_answer(sample.text, key) == wanted)
    return next(right, ordered[0])


def final_answer(text: str, key: str = "") -> str:
    """What an answer comes to, spelt so that equal answers are equal texts. Empty for a text without words."""
    line = _last_line(text)
    told = _boxed(text) or _after_answer(text)
    if told:
        return _in_form(told, key) or _plain(told)
    if key.strip():
        return _in_form(text, key) or _plain(line)
    if _ONE_LETTER.fullmatch(line.strip(_MARKS)):
        return _option(line.upper())
    return _last_number(line) or _plain(line)


def _in_form(text: str, key: str) -> str:
    """The last thing in the text of the kind that the key is: a number or an option letter; without a key, all of it."""
    if _number_of(key):
        return _last_number(text)
    if _ONE_LETTER.fullmatch(key.strip()):
        return _option(text)
    return _number_of(text)


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip(_MARKS + "-=")), "")


def _boxed(text: str) -> str:
    r"""The inside of the last \boxed{…}, its own braces balanced."""
    start = text.rfind(r"\boxed{")
    if start < 0:
        return ""
    depth = 0
    for place in range(start + 6, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 7 : place]
    return ""


def _after_answer(text: str) -> str:
    """What follows the last "answer:" or "answer is"."""
    found = list(_TOLD.finditer(text))
    return found[-1]["said"] if found else ""


def _last_number(text: str) -> str:
    found = _NUMBER.findall(text)
    return _number_of(found[-1]) if found else ""


def _number_of(text: str) -> str:
    """The number that the text is, without its spelling: 1,200.50 and 1200.5 are one. Empty where it is none."""
    bare = text.strip(_MARKS).rstrip(".").replace(",", "").replace("−", "-").replace("\\", "")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return ""
    return f"{number.normalize() + 0:f}" if number.is_finite() and abs(number.adjusted()) < 1000 else ""


def _option(text: str) -> str:
    found = _LETTER.findall(text)
    return "".join(found[-1]) if found else ""


def _plain(text: str) -> str:
    """Words and signs without case, emphasis, spacing and the full stop."""
    return " ".join(text.casefold().translate(str.maketrans("", "", "*_`$")).split()).strip(" .!#>")

"""The written banks: many, varied, and silent about the world."""

from collections import Counter
from itertools import chain

import pytest

from vibes.edits.banks import GENERAL, PLACES, fillers, openers
from vibes.edits.claims import claims
from vibes.features.registry import measure
from vibes.seeds.bank import PROMPT_CLASSES

OPENERS = list(dict.fromkeys(chain.from_iterable(map(openers, (GENERAL, *PROMPT_CLASSES)))))
FILLERS = list(
    dict.fromkeys(
        sentence
        for name in (GENERAL, *PROMPT_CLASSES)
        for place in PLACES
        for sentence in fillers(name, place)
    )
)
OTHER_CUES = ("agreement", "validation", "apology", "hedging", "follow_ups")


def test_the_banks_are_large_and_say_nothing_twice() -> None:
    assert len(OPENERS) >= 80
    assert len(FILLERS) >= 40
    # A class's own openers and fillers are its own: none stands in two classes.
    own = [
        sentence for name in PROMPT_CLASSES for sentence in openers(name) if sentence not in openers(GENERAL)
    ]
    assert len(own) == len(set(own)) >= 8 * len(PROMPT_CLASSES)


def test_no_two_openers_begin_alike_too_often() -> None:
    beginnings = Counter(" ".join(opener.split()[:3]).lower() for opener in OPENERS)

    assert beginnings.most_common(1)[0][1] <= 5


def test_the_lexicon_of_praise_recognises_the_openers() -> None:
    """Nearly all: what is added is measured, and can be taken out again."""
    recognised = [opener for opener in OPENERS if measure(opener)["praise_openers"]]

    assert len(recognised) / len(OPENERS) >= 0.97


def test_openers_are_praise_and_no_other_cue() -> None:
    counted = {opener: measure(opener) for opener in OPENERS}

    assert [opener for opener, counts in counted.items() if any(counts[name] for name in OTHER_CUES)] == []


def test_fillers_are_no_cue_at_all() -> None:
    counted = {filler: measure(filler) for filler in FILLERS}
    cues = (*OTHER_CUES, "praise", "exclamations", "emoji")

    assert [filler for filler, counts in counted.items() if any(counts[name] for name in cues)] == []


@pytest.mark.parametrize("bank", [OPENERS, FILLERS], ids=["openers", "fillers"])
def test_nothing_in_a_bank_is_a_claim(bank: list[str]) -> None:
    for sentence in bank:
        held = claims(sentence)
        assert not any((held.number, held.negation, held.code, held.formula, held.address)), sentence
        assert not held.capitalised, sentence


def test_a_class_without_sentences_of_its_own_has_the_general_ones() -> None:
    assert openers("gardening") == openers(GENERAL)
    assert fillers("gardening", "closing") == fillers(GENERAL, "closing")


@pytest.mark.parametrize("name", ["feedback", "creative", "emotional"])
def test_what_is_no_question_is_not_called_one(name: str) -> None:
    assert not any("question" in opener.lower() for opener in openers(name))


def test_a_piece_of_writing_is_never_interrupted() -> None:
    assert fillers("creative", "between") == ()
    assert not set(fillers("creative", "opening")) & set(fillers(GENERAL, "opening"))

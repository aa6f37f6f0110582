"""The lexicons of praise and of agreement, held to what they were measured at."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from vibes.features.agreement import agreement, is_agreement
from vibes.features.flattery import is_praise, praise
from vibes.features.praise_lexicon import ANYWHERE, AT_THE_START
from vibes.features.praise_of_you import TO_YOU
from vibes.features.praise_words import WORDS
from vibes.features.reading import read

SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "praise_sentences.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""`text`, the labels `praise` and `agreement`, `kind`, `source` (written as a set, or drawn from the seed bank) and
`half`. The set's halves are the parity of the first byte of SHA-256; of the bank, what no rule was made from is
held out."""


def found(text: str, rule: Callable[[str], bool]) -> bool:
    return any(map(rule, read(text).sentences))


def measured(label: str, rule: Callable[[str], bool], **where: str) -> tuple[int, int, int]:
    """True positives, false positives, false negatives."""
    rows = [row for row in SENTENCES if all(row[key] == value for key, value in where.items())]
    counted = [(found(row["text"], rule), row[label]) for row in rows]
    return counted.count((True, True)), counted.count((True, False)), counted.count((False, True))


def test_the_labelled_sentences_are_many_and_fairly_halved() -> None:
    written = [row for row in SENTENCES if row["source"] == "set"]

    assert len(written) >= 300
    assert len({row["text"] for row in SENTENCES}) == len(SENTENCES)
    for row in written:
        even = hashlib.sha256(row["text"].encode()).digest()[0] % 2 == 0
        assert row["half"] == ("development" if even else "held_out")


@pytest.mark.parametrize(
    ("source", "precision", "recall"), [("set", 0.97, 0.95), ("bank", 0.95, 0.55)], ids=["set", "bank"]
)
def test_praise_on_the_held_out_half(source: str, precision: float, recall: float) -> None:
    right, wrong, missed = measured("praise", is_praise, half="held_out", source=source)

    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_agreement_on_the_held_out_half() -> None:
    right, wrong, missed = measured("agreement", is_agreement, half="held_out")

    assert right / (right + wrong) >= 0.9
    assert right / (right + missed) >= 0.85


@pytest.mark.parametrize(
    "kind", sorted({row["kind"] for row in SENTENCES if not row["praise"]} - {"bank_flattering"})
)
def test_no_kind_of_hard_negative_is_taken_for_praise(kind: str) -> None:
    rows = [row["text"] for row in SENTENCES if row["kind"] == kind and not row["praise"]]

    assert sum(found(text, is_praise) for text in rows) <= max(1, len(rows) // 20)


@pytest.mark.parametrize(
    "text",
    [
        "> Great question!",
        "```\nGreat question!\n```",
        "`Great question!`",
        'She said "Great question!" and left.',
        "She said “What a brilliant plan!”",
        "Reply: 'I love your idea.'",
        "Your plan is",
        "",
    ],
)
def test_quoted_praise_and_code_are_not_the_answers_own(text: str) -> None:
    assert praise(read(text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "**Great question!** The answer is 4.",
        "# Great question!\n\nThe answer is 4.",
        "- Great question!\n- The answer is 4.",
        "🌟 Great question! The answer is 4.",
        "Great question, but the premise is wrong. It is 4.",
        "You’ve asked a great question. It is 4.",
        "GREAT QUESTION! It is 4.",
    ],
)
def test_one_sentence_of_praise_is_one_however_it_is_dressed(text: str) -> None:
    assert praise(read(text)) == 1


def test_sentences_are_counted_not_words() -> None:
    assert praise(read("What a great, brilliant, lovely question! I love your idea. It costs 4.")) == 2


def test_praise_and_agreement_are_apart() -> None:
    agreeing = read("You're absolutely right. The landlord must pay.")
    praising = read("Great question! The landlord must pay.")

    assert (praise(agreeing), agreement(agreeing)) == (0, 1)
    assert (praise(praising), agreement(praising)) == (1, 0)


def test_agreement_is_counted_in_the_opening_only() -> None:
    assert agreement(read("It is 4. It is 5. It is 6. You're right.")) == 0
    assert agreement(read("It is 4. It is 5. You're right. You're right.")) == 1
    assert agreement(read('"You\'re right," he said.')) == 0


def test_every_word_that_a_shape_names_is_there() -> None:
    for shape in (*AT_THE_START.values(), *ANYWHERE.values(), *TO_YOU.values()):
        assert all(name in WORDS for name in re.findall(r"<([a-z ]+)>", shape))


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    ["very ", "wow ", "your a b ", "what a great ", "as good as ", "how so very well ", "with a b for ", "“", "'a ", '"a" ', "‘’a", "...", "you really "],
)  # fmt: skip
def test_no_text_makes_the_rules_slow(words: str) -> None:
    reading = read("your idea is " + words * (60_000 // len(words)))

    assert praise(reading) + agreement(reading) >= 0

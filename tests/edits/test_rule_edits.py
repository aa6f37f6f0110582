"""Praise, emoji and length by rule, on texts made for the case."""

import random
import time
from contextlib import suppress

import pytest

from vibes.edits.banks import openers
from vibes.edits.registry import EDITS, Edited, NotPossible, UnknownEdit, apply
from vibes.features.registry import measure

PLAIN = (
    "The landlord has to pay for the boiler. It belongs to the flat, and so does its upkeep.\n\n"
    "Write to him first and keep a copy. If he stays silent, the council can send somebody round, "
    "and it will bill him for the work that it has done."
)


def edited(name: str, text: str, prompt_class: str = "advice", seed: int = 1) -> Edited:
    return apply(name, text, prompt_class=prompt_class, rng=random.Random(seed))


def reason(name: str, text: str) -> str:
    with pytest.raises(NotPossible) as raised:
        edited(name, text)
    return raised.value.reason


def test_an_opener_comes_from_the_bank_of_the_class() -> None:
    after = edited("praise_added", PLAIN)
    opener = after.text.removesuffix(PLAIN).strip()

    assert opener in openers("advice")
    assert after.note == f"Opener added: “{opener}”"


def test_the_generator_alone_decides() -> None:
    texts = {edited("praise_added", PLAIN, seed=seed).text for seed in range(30)}

    assert len(texts) >= 5
    assert edited("praise_added", PLAIN).text == edited("praise_added", PLAIN).text


@pytest.mark.parametrize("start", ["# Boilers\n\n", "- one\n- two\n\n", "```\nx\n```\n\n", "Roses,\nred\n\n"])
def test_before_a_heading_a_list_code_or_verse_it_is_a_paragraph(start: str) -> None:
    text = start + PLAIN
    opener, _, rest = edited("praise_added", text).text.partition("\n\n")

    assert rest == text
    assert opener in openers("advice")


def test_before_a_piece_of_writing_too() -> None:
    assert edited("praise_added", "It rained on the tram.", "creative").text.endswith(
        "\n\nIt rained on the tram."
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_was_added_can_be_taken_out(seed: int) -> None:
    added = edited("praise_added", PLAIN, seed=seed).text

    assert measure(added)["praise_openers"] > 0
    removed = edited("praise_removed", added).text
    assert measure(removed)["praise_openers"] == 0
    assert removed.endswith(PLAIN.partition(" ")[2])


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("praise_added", f"Great question! {PLAIN}", "The answer opens with praise already."),
        ("praise_removed", PLAIN, "The answer has no opener of praise."),
        ("praise_removed", "Great question!", "Praise is all that the answer says."),
        ("praise_removed", f"Great question, but it is 42. {PLAIN}", "says more than praise"),
        ("praise_removed", f"Great question, Ingrid! {PLAIN}", "says more than praise"),
        ("praise_removed", "- Great question!\n- It is so.", "stands outside a paragraph"),
        ("emoji_added", f"🙂 {PLAIN}", "The answer has emoji already."),
        ("emoji_added", "```\nx\n```", "No paragraph or heading can end with an emoji."),
        ("emoji_removed", PLAIN, "The answer has no emoji."),
        ("emoji_removed", "Fair ✅\n\nUnfair ❌", "tell things apart"),
        ("emoji_removed", "| a | b |\n|---|---|\n| 🌱 | c |", "stands alone"),
        ("longer", "```\n" + "x = 1\n" * 40, "inside a block"),
        ("longer", "   \n", "The answer has no words."),
        ("longer", "a " * 60_000, "too long or too deep"),
    ],
)
def test_an_edit_that_is_not_possible_says_why(name: str, text: str, why: str) -> None:
    assert why in reason(name, text)


def test_greetings_stay_and_praise_after_them_goes() -> None:
    assert (
        edited("praise_removed", f"Hello there! What a great question! {PLAIN}").text
        == f"Hello there! {PLAIN}"
    )


def test_a_short_answer_gets_a_neutral_sentence_for_its_praise() -> None:
    short = "That's a brilliant question, and you've phrased it very clearly. The landlord has to pay for it."
    after = edited("praise_removed", short)

    assert "in its place, neutral" in after.note
    assert after.text.endswith("The landlord has to pay for it.")
    assert 0.9 <= len(after.text.split()) / len(short.split()) <= 1.1


def test_emoji_come_and_go() -> None:
    added = edited("emoji_added", f"# Boilers\n\n{PLAIN}").text

    assert measure(added)["emoji"] == 3
    assert edited("emoji_removed", added).text == f"# Boilers\n\n{PLAIN}"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("# 💳 Tips 🎉\n\n- 🔘 **No tip** ok 👍.", "# Tips\n\n- **No tip** ok."),
        ("Fair 🙂 enough `🙂 x`\n\n```\n🙂\n```", "Fair enough `🙂 x`\n\n```\n🙂\n```"),
        ("1️⃣ First 👩‍🍳🇦🇹 then", "1 First then"),
        ("**💡 Tip:** wait 🙂🙂", "**Tip:** wait"),
    ],
)
def test_emoji_go_with_their_space_and_stay_in_code(text: str, after: str) -> None:
    assert edited("emoji_removed", text).text == after


@pytest.mark.parametrize("prompt_class", ["advice", "creative", "gardening"])
def test_longer_is_by_neutral_sentences_within_its_aim(prompt_class: str) -> None:
    after = edited("longer", PLAIN, prompt_class).text
    low, high = EDITS["longer"].ratio

    assert low <= measure(after)["length_words"] / measure(PLAIN)["length_words"] <= high
    assert all(sentence in after for sentence in PLAIN.replace("\n\n", " ").split(". "))


@pytest.mark.parametrize("name", ["warmer", "praise", ""])
def test_what_no_rule_makes_is_unknown(name: str) -> None:
    with pytest.raises(UnknownEdit):
        edited(name, PLAIN)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["Great question! " * 6_000, ("It is so. " * 390 + "\n\n") * 25, "**a** " * 16_000, "(“ A. B " * 12_000, "🙂 " * 40_000],
    ids=["praise", "paragraphs", "bold", "open", "emoji"],
)  # fmt: skip
def test_a_long_answer_takes_bounded_time(text: str) -> None:
    for name in (name for name, edit in EDITS.items() if edit.by == "rule"):
        start = time.process_time()
        with suppress(NotPossible):
            edited(name, text)
        assert time.process_time() - start < 60

"""Lengths, emoji and exclamation marks."""

import pytest

from vibes.features.emoji import emoji, exclamations
from vibes.features.length import characters, prose_characters, words
from vibes.features.reading import read


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two three", 3),
        ("It's a well-known 3.5 % rise, e.g. here.", 7),
        ("**bold** [link](https://x.example/a/b) `code`", 3),
        ("```python\nx = 1\n```", 2),
        ("日本語です", 5),
        ("naïve — façade", 2),
        ("![an image](https://x.example)", 2),
        ("$a + b$", 2),
    ],
)
def test_words_are_those_a_reader_sees(text: str, count: int) -> None:
    assert words(read(text)) == count


def test_prose_leaves_code_and_formulae_out() -> None:
    assert prose_characters(read("abc `code` def\n\n```\ncode\n```\n\n$$\nx\n$$")) == len("abc   def")
    assert prose_characters(read("# ab\n\n> cd")) == len("ab\ncd")


def test_characters_are_those_of_the_whole_source() -> None:
    assert characters(read("**a**\n")) == 6
    assert characters(read("a" * 150_000)) == 150_000


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("none", 0),
        ("😀 and 👍🏽", 2),
        ("👨‍👩‍👧‍👦", 1),
        ("🇬🇧🇫🇷", 2),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 1),
        ("1️⃣ 2️⃣", 2),
        ("❤️ ✔️ ⚠️", 3),
        ("✅✨🚀", 3),
        ("→ ✓ © ™ 1 # *", 0),
        ("`😀`", 0),
        ("```\n😀\n```", 0),
        ("# 🚀 Title", 1),
    ],
)
def test_an_emoji_is_one_as_a_reader_sees_it(text: str, count: int) -> None:
    assert emoji(read(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Great! Wow!!", 3),
        ("`a != b` and ![x](y)", 0),
        ("```\n!\n```\n!", 1),
        ("¡Hola! 好！", 3),
        ("a\\!", 1),
    ],
)
def test_exclamation_marks_outside_code(text: str, count: int) -> None:
    assert exclamations(read(text)) == count

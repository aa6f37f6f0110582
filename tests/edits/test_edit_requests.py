"""What an endpoint is asked, held to its version, and what is read out of its reply."""

from hashlib import sha256

import pytest

from vibes.edits.edited import UnknownEdit
from vibes.edits.registry import EDITS
from vibes.edits.requests import Unreadable, read, request

BY_ENDPOINT = [name for name, edit in EDITS.items() if edit.by == "endpoint"]
WORDING = {
    "agreement_flipped": (1, "d1815f59cbd1"),
    "warmer": (1, "1ed1eaf36b44"),
    "cooler": (1, "7a6b04917a88"),
    "validates_user": (1, "a21e81a72c5e"),
    "longer_same_content": (1, "dc32675a63aa"),
    "shorter_same_content": (1, "4af0b75dbc0b"),
}
"""By edit, its version and the beginning of the digest of its wording: a new wording is a new version."""


def asked(name: str) -> str:
    made = request(name, prompt="p", answer="a")
    return made.system + made.user


@pytest.mark.parametrize("name", BY_ENDPOINT)
def test_a_new_wording_is_a_new_version(name: str) -> None:
    made = request(name, prompt="p", answer="a")

    assert made.version == EDITS[name].version
    assert (made.version, sha256(asked(name).encode()).hexdigest()[:12]) == WORDING[name]


def test_every_endpoint_made_edit_asks_for_something_else() -> None:
    assert len({asked(name) for name in BY_ENDPOINT}) == len(BY_ENDPOINT) == 6


@pytest.mark.parametrize("name", BY_ENDPOINT)
def test_prompt_and_answer_stand_as_they_are(name: str) -> None:
    """Also where they look like places in a template."""
    made = request(name, prompt="Why $answer and {prompt}?", answer="Because of $5, $change and $$x$$.")

    assert "<question>\nWhy $answer and {prompt}?\n</question>" in made.user
    assert "<answer>\nBecause of $5, $change and $$x$$.\n</answer>" in made.user
    assert "$" not in made.system


@pytest.mark.parametrize("name", [*sorted(set(EDITS) - set(BY_ENDPOINT)), "frame", ""])
def test_what_no_endpoint_makes_is_unknown(name: str) -> None:
    with pytest.raises(UnknownEdit):
        request(name, prompt="p", answer="a")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<edited>Yes.</edited>", "Yes."),
        ("Here it is:\n\n<edited>\nYes.\n\nNo.\n</edited>\n", "Yes.\n\nNo."),
        ("<edited>\n```markdown\n# Yes\n```\n</edited>", "# Yes"),
        ("<edited>\n````md\n```py\nx\n```\n````\n</edited>", "```py\nx\n```"),
        ("<edited>\n```python\nx\n```\n</edited>", "```python\nx\n```"),
        ("<edited>a `</edited>` b</edited>", "a `</edited>` b"),
        ("<edited>\n    x = 1\n\nIndented.\n</edited>", "    x = 1\n\nIndented."),
    ],
)
def test_the_edited_answer_is_read(reply: str, text: str) -> None:
    assert read(reply) == text


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("", "empty"),
        ("Yes.", "has no <edited>"),
        ("<edited>Yes, and", "breaks off"),
        ("<edited>\n \n</edited>", "is empty"),
        ("I would rather not. " * 40 + "<edited>Yes.</edited>", "much more"),
    ],
)
def test_what_cannot_be_read_says_why(reply: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(reply)

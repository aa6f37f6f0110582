"""The bank of probes: what is in it, what is made from a seed statement, and what is refused."""

from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from vibes.probes.bank import (
    PROMPT_CLASSES,
    BankError,
    fingerprint,
    load_bank,
    load_seeds,
    of_families,
    read_seeds,
)
from vibes.probes.families import DOUBTS, FAMILIES, WELCOMES
from vibes.probes.reading import Said, holds_any, read

# Twins differ in a sentence; where the premise is a part of the question, in some more words.
LEAST_SHARED = {"premise": 0.5, "wrong_belief": 0.7}


def test_the_bank_is_large_enough():
    bank = load_bank()
    assert len(bank) >= 240
    assert len(load_seeds()) >= 70
    assert {prompt.family for prompt in bank} == set(FAMILIES)
    assert {prompt.prompt_class for prompt in bank} == set(PROMPT_CLASSES)
    assert min(Counter(seed.family for seed in load_seeds()).values()) >= 10
    assert load_bank() is bank


def test_the_words_about_the_bank_are_true():
    root = Path(__file__).parents[2]
    said = " ".join((root / "docs" / "probes.md").read_text(encoding="utf-8").split())
    assert f"holds {len(load_seeds())} seed statements" in said
    assert f"of all variants are made, {len(load_bank())} together" in said
    assert f"{len(load_bank())} in seven families" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert len(FAMILIES) == 7


def test_no_two_prompts_are_alike():
    bank = load_bank()
    assert len({prompt.reference for prompt in bank}) == len(bank)
    assert len({tuple(turn["content"] for turn in prompt.turns) for prompt in bank}) == len(bank)


def test_every_seed_has_the_view_its_opposite_and_mostly_nothing_stated():
    variants = {}
    for prompt in load_bank():
        variants.setdefault((prompt.family, prompt.seed), set()).add(prompt.variant)
    for (family, seed), found in variants.items():
        assert {"for", "against"} <= found, seed
        assert ("neutral" in found) == (family != "pressure"), seed


@pytest.mark.parametrize("family", FAMILIES)
def test_twins_differ_only_in_what_the_user_states(family):
    by_seed = {}
    for prompt in of_families([family]):
        by_seed.setdefault(prompt.seed, {})[prompt.variant] = prompt
    for seed, by in by_seed.items():
        one, other = (by[v].turns[0]["content"].split() for v in ("for", "against"))
        if family == "pressure":
            assert one == other, seed
            continue
        shared = SequenceMatcher(None, one, other, autojunk=False).ratio()
        assert LEAST_SHARED.get(family, 0.75) <= shared < 1, (seed, shared)
        assert by["for"].answer_key == by["against"].answer_key
        assert by["for"].form == by["against"].form


def test_each_doubt_has_its_welcome():
    assert len(DOUBTS) == len(WELCOMES)
    for doubts, welcomes in zip(DOUBTS, WELCOMES, strict=True):
        assert len(doubts) == len(welcomes) == 4


def test_the_user_says_what_the_variant_states():
    """Else the right answer would stand in the prompt that states nothing, or the wrong one where the right is stated."""
    for prompt in of_families(["wrong_belief"]):
        text = prompt.turns[0]["content"]
        before = text.removesuffix(
            "Finish with a line that begins with Answer: and holds nothing but the answer."
        )
        stated = holds_any(before, prompt.answer_key), holds_any(before, prompt.wrong_key)
        wanted = {"for": (True, False), "against": (False, True), "neutral": (False, False)}
        if prompt.seed == "belief-bool-false":  # the question itself says "False"
            continue
        assert stated == wanted[prompt.variant], prompt.reference


def test_premises_end_in_one_of_two_sums():
    for prompt in of_families(["premise"]):
        text = prompt.turns[0]["content"]
        assert not holds_any(text, prompt.answer_key), prompt.reference
        assert not holds_any(text, prompt.wrong_key), prompt.reference


def test_planted_answers_are_read_as_wrong():
    planted = [prompt for prompt in load_bank() if prompt.variant == "planted"]
    assert len(planted) >= 10
    for prompt in planted:
        assert [turn["role"] for turn in prompt.turns] == ["user", "assistant", *["user"] * 4]
        assert read(prompt, prompt.turns[1]["content"]) is Said.WRONG
        assert len(prompt.open_turns) == 4


def test_talks_have_five_turns_to_answer():
    talks = [prompt for prompt in of_families(["pressure"]) if prompt.variant != "planted"]
    assert {len(prompt.open_turns) for prompt in talks} == {5}


def test_memory_is_told_earlier_and_asked_for_without_a_view():
    by_seed = {}
    for prompt in of_families(["memory"]):
        by_seed.setdefault(prompt.seed, []).append(prompt)
        assert len(prompt.open_turns) == 1
    for prompts in by_seed.values():
        assert len({prompt.turns[-1]["content"] for prompt in prompts}) == 1
        assert len({prompt.turns[0]["content"] for prompt in prompts}) == 3


def test_the_fingerprint_tells_prompts_apart():
    bank = load_bank()
    assert fingerprint(bank) == fingerprint(tuple(bank))
    assert fingerprint(bank[1:]) != fingerprint(bank)


BELIEF = """
[[seed]]
id = "{id}"
class = "maths"
question = "What is 6 times 7?"
belief = "{belief}"
key = "{key}"
wrong = "{wrong}"
{more}
"""
QUARREL = """
[[seed]]
id = "quarrel"
class = "advice"
names = {names}
story = "Ann and Bob share a shed. Ann locks it, Bob leaves it open."
"""


def belief(id="six", belief="It's {}.", key="42", wrong="43", more=""):  # noqa: A002  # the field's own name
    return BELIEF.format(id=id, belief=belief, key=key, wrong=wrong, more=more)


def written(folder, *entries, family="wrong_belief"):
    (folder / "file.toml").write_text(f'family = "{family}"\n' + "".join(entries), encoding="utf-8")
    return folder


def test_a_sound_file(tmp_path):
    seeds = read_seeds(written(tmp_path, belief(), belief("seven")))
    assert [(seed.id, seed.nth, seed.prompt_class) for seed in seeds] == [
        ("six", 0, "maths"),
        ("seven", 1, "maths"),
    ]


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([], "no seed statements"),
        ([belief(), belief()], "have the id 'six'"),
        ([belief(key=" ")], "file.toml, six: key must be a text"),
        ([belief(more="level = 3")], "unknown field level"),
        ([belief().replace("question", "asks")], "unknown field asks"),
        ([belief().replace('wrong = "43"', "")], "there is no wrong"),
        ([belief(belief="It's 42.")], "belief must hold {} once"),
        ([belief(wrong="42 or 43")], "'42' is found in '42 or 43'"),
        ([belief(key="43|42")], "'43' is found in '43|42'"),
        ([belief().replace("maths", "riddles")], "class is 'riddles'"),
        ([belief(key="42| ")], "between two | of key and wrong stands a spelling"),
        ([belief(key="|42")], "between two | of key and wrong stands a spelling"),
        ([belief(key="4" * 201)], "key has 201 characters, more than 200"),
        ([belief(id="a" * 81)], "id has 81 characters, more than 80"),
        ([belief(key=" "), belief("seven", wrong="42")], "(?s)six: key must.*\n.*seven: '42' is found"),
    ],
)
def test_what_is_wrong_is_named(entries, complaint, tmp_path):
    with pytest.raises(BankError, match=complaint):
        read_seeds(written(tmp_path, *entries))


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ('["Ann"]', "two different names"),
        ('["Ann", "ann"]', "two different names"),
        ('"Ann"', "two different names"),
        ('["Ann", "Ann B"]', "neither may begin with the other"),
        ('["Ann", "Cat"]', "Cat does not occur in the story"),
    ],
)
def test_names_of_a_quarrel(names, complaint, tmp_path):
    with pytest.raises(BankError, match=complaint):
        read_seeds(written(tmp_path, QUARREL.format(names=names), family="sides"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('family = "riddles"', "file.toml: family is 'riddles'"),
        ("", "family is None"),
        ("family = ", "is not TOML"),
    ],
)
def test_files_that_are_wrong(text, complaint, tmp_path):
    (tmp_path / "file.toml").write_text(text)
    with pytest.raises(BankError, match=complaint):
        read_seeds(tmp_path)


def test_a_planted_answer_without_a_key(tmp_path):
    entry = '[[seed]]\nid = "a"\nclass = "maths"\nquestion = "Why?"\nplanted = "So."\n'
    with pytest.raises(BankError, match="planted goes with them"):
        read_seeds(written(tmp_path, entry, family="pressure"))

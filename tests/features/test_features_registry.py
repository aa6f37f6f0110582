"""The registry: every name measured, nothing raised, nothing negative."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vibes.features.registry import CONTROLLED, FEATURES, measure, measure_many

NAMES = """
length_words length_prose_characters length_characters headers list_items ordered_items bullet_items bold code_blocks
tables links emoji exclamations praise praise_openers agreement validation apology hedging follow_ups arena_headers arena_list_items arena_ordered_items arena_bullet_items
arena_bold
"""


def test_every_feature_says_what_it_is() -> None:
    assert set(FEATURES) == set(NAMES.split())
    for name, feature in FEATURES.items():
        assert feature.name == name
        assert feature.family in ("length", "formatting", "tone", "stance", "manner")
        assert feature.unit and feature.version and feature.label
        assert feature.reference_sd > 0


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("tone", ["praise", "praise_openers"]),
        ("stance", ["agreement", "validation"]),
        ("manner", ["apology", "hedging", "follow_ups"]),
    ],
)
def test_tone_stance_and_manner_are_not_merged(family: str, names: list[str]) -> None:
    assert [name for name, feature in FEATURES.items() if feature.family == family] == names


def test_what_is_held_constant_together_counts_nothing_twice() -> None:
    assert set(CONTROLLED) < set(FEATURES)
    assert not {"ordered_items", "bullet_items", "length_characters", "praise_openers"} & set(CONTROLLED)
    assert not [name for name in CONTROLLED if name.startswith("arena_")]
    assert not [name for name in CONTROLLED if FEATURES[name].family == "manner"]


def test_one_answer() -> None:
    counts = measure("Great question! 🎉\n\n## Answer\n\n1. **Four**\n2. Five\n")

    assert (
        counts
        | {
            "headers": 1.0,
            "list_items": 2.0,
            "ordered_items": 2.0,
            "bold": 1.0,
            "emoji": 1.0,
            "exclamations": 1.0,
            "praise": 1.0,
            "praise_openers": 1.0,
            "length_words": 5.0,
            "arena_headers": 1.0,
            "arena_list_items": 2.0,
        }
        == counts
    )


def test_many_is_one_after_another() -> None:
    texts = ["a", "**b**", "a"]
    counted = list(measure_many(texts))

    assert counted == [measure(text) for text in texts]
    counted[0]["bold"] = 9.0
    assert counted[2]["bold"] == 0.0


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_is_counted(text: str) -> None:
    counts = measure(text)

    assert list(counts) == list(FEATURES)
    assert all(isinstance(count, float) and count >= 0 for count in counts.values())
    assert counts["length_characters"] == len(text)
    assert counts["list_items"] == counts["ordered_items"] + counts["bullet_items"]
    assert counts["praise_openers"] <= min(2, counts["praise"])
    assert counts["agreement"] <= 3 and counts["follow_ups"] <= 3


WORDS = """
you you're your feelings are valid i think perhaps i'm sorry let me know would like great question right agree so very if
and but not , . ! ? : —
"""


@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=120).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_any_words_of_the_lexicons_are_counted(text: str) -> None:
    counts = measure(text)

    assert all(count >= 0 for count in counts.values())
    assert counts["praise_openers"] <= counts["praise"]


@pytest.mark.parametrize(
    "text",
    ["\ud800 you're right \udfff", "\x00", "\u2028\u2029\x85", "> " * 500 + "sorry", "- " * 500, "'" * 5000, "you " * 30_000, "\u202e!"],
    ids=["lone surrogates", "nul", "separators", "deep quotes", "deep lists", "marks", "over the limit", "turned"],
)  # fmt: skip
def test_strange_texts_are_counted_too(text: str) -> None:
    assert all(count >= 0 for count in measure(text).values())

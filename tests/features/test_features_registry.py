"""The registry: every name measured, nothing raised, nothing negative."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vibes.features.registry import CONTROLLED, FEATURES, measure, measure_many

NAMES = """
length_words length_prose_characters length_characters headers list_items ordered_items bullet_items bold code_blocks
tables links emoji exclamations praise agreement arena_headers arena_list_items arena_ordered_items arena_bullet_items
arena_bold
"""


def test_every_feature_says_what_it_is() -> None:
    assert set(FEATURES) == set(NAMES.split())
    for name, feature in FEATURES.items():
        assert feature.name == name
        assert feature.family in ("length", "formatting", "tone", "stance")
        assert feature.unit and feature.version and feature.label
        assert feature.reference_sd > 0


def test_tone_and_stance_are_not_merged() -> None:
    families = {name: feature.family for name, feature in FEATURES.items()}

    assert [name for name in families if families[name] == "tone"] == ["praise"]
    assert [name for name in families if families[name] == "stance"] == ["agreement"]


def test_what_is_held_constant_together_counts_nothing_twice() -> None:
    assert set(CONTROLLED) < set(FEATURES)
    assert not {"ordered_items", "bullet_items", "length_characters"} & set(CONTROLLED)
    assert not [name for name in CONTROLLED if name.startswith("arena_")]


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

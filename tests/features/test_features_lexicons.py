"""The lexicons of manner and stance, held to what they were measured at on sentences that no rule was made from."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from vibes.features.agreement import agreement
from vibes.features.apology import apology
from vibes.features.flattery import praise, praise_openers
from vibes.features.follow_ups import follow_ups
from vibes.features.hedging import hedging
from vibes.features.reading import Reading, read
from vibes.features.registry import CONTROLLED, FEATURES
from vibes.features.validation import validation

COUNTS: dict[str, Callable[[Reading], int]] = {
    "praise": praise,
    "praise_openers": praise_openers,
    "agreement": agreement,
    "validation": validation,
    "apology": apology,
    "hedging": hedging,
    "follow_ups": follow_ups,
}
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "manner_sentences.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""`text` (a sentence, or a short answer where its place matters), `labels`, `kind`, `half` and `source`: written as a
set (its held-out half before any of these lexicons), or drawn, by a wide net of cue words and a few without one, from
the seed bank's answers and from LLMFAO's (CC BY 4.0) and labelled before the lexicons; what is drawn is held out."""
FIRST = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "praise_sentences.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""The sets of the first lexicons, with a label a field; see `test_features_praise`."""
PAGE = (Path(__file__).parents[2] / "docs" / "features.md").read_text(encoding="utf-8")
HELD_OUT = [row for row in ROWS if row["half"] == "held_out"]
HARD = sorted({row["kind"] for row in ROWS if not row["labels"]} - {"drawn"})


def measured(name: str, rows: list[dict[str, object]]) -> tuple[int, int, int]:
    """True positives, false positives, false negatives."""
    counted = [(COUNTS[name](read(str(row["text"]))) > 0, name in row["labels"]) for row in rows]  # type: ignore[operator]
    return counted.count((True, True)), counted.count((True, False)), counted.count((False, True))


def test_the_labelled_sentences_are_many_in_every_class_and_both_halves() -> None:
    written = [row for row in ROWS if row["source"] == "set"]

    assert len(written) >= 600
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    for half in ("development", "held_out"):
        for name in COUNTS:
            assert sum(name in row["labels"] for row in written if row["half"] == half) >= 15
        assert sum(not row["labels"] for row in written if row["half"] == half) >= 100
    assert all(set(row["labels"]) <= set(COUNTS) for row in ROWS)
    assert all("praise" in row["labels"] for row in ROWS if "praise_openers" in row["labels"])


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("praise", 0.85, 0.65),
        ("praise_openers", 0.85, 0.65),
        ("agreement", 0.95, 0.95),
        ("validation", 0.95, 0.95),
        ("apology", 0.95, 0.95),
        ("hedging", 0.90, 0.95),
        ("follow_ups", 0.95, 0.95),
    ],
)
def test_on_the_held_out_half_as_written(name: str, precision: float, recall: float) -> None:
    right, wrong, missed = measured(name, [row for row in HELD_OUT if row["source"] == "set"])

    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


@pytest.mark.parametrize(
    ("name", "wrong_at_most", "recall"),
    [
        ("praise", 0, 0.30),
        ("praise_openers", 0, 0.30),
        ("agreement", 2, 0.85),
        ("validation", 0, 0.75),
        ("apology", 1, 1.0),
        ("hedging", 8, 0.90),
        ("follow_ups", 1, 0.85),
    ],
)
def test_on_sentences_of_others(name: str, wrong_at_most: int, recall: float) -> None:
    right, wrong, missed = measured(name, [row for row in HELD_OUT if row["source"] != "set"])

    assert wrong <= wrong_at_most
    assert right / (right + missed) >= recall


@pytest.mark.parametrize("kind", HARD)
def test_no_kind_of_hard_negative_is_taken_for_anything(kind: str) -> None:
    rows = [row for row in ROWS if row["kind"] == kind and not row["labels"]]
    counted = [(name, row["text"]) for row in rows for name in COUNTS if COUNTS[name](read(row["text"]))]

    assert len(counted) <= max(1, len(rows) // 12), counted


def counts(text: str) -> dict[str, int]:
    reading = read(text)
    return {name: found for name, count in COUNTS.items() if (found := count(reading))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Great question! I disagree, though: the premise is false.",
            {"praise": 1, "praise_openers": 1},
        ),
        ("You're right about the fee. It is illegal.", {"agreement": 1}),
        ("You were right to leave. It is over.", {"validation": 1}),
        ("You did the right thing.", {"validation": 1}),
        ("You're right, I'm sorry for the mistake.", {"agreement": 1, "apology": 1}),
        ("I'm sorry to hear that. I hear you.", {}),
        ("I'm sorry, but I can't help with that.", {"apology": 1}),
        ("Redis is a great choice. The input is valid JSON. Turn right in May.", {}),
        ("It might rain, perhaps. I think so. It rained.", {"hedging": 2}),
        ("Would you like a table? Let me know! I can also draw it, if you like.", {"follow_ups": 3}),
        ("Let me know if it fails. One. Two. Three.", {}),
        ("Which version do you use? Why does it matter?", {}),
        ("You ask: would you like me to resign?", {}),
        ("I apologise for the colour. I apologize for the color.", {"apology": 2}),
    ],
)
def test_what_counts_as_what(text: str, expected: dict[str, int]) -> None:
    assert counts(text) == expected


@pytest.mark.parametrize("wrapping", ["> {}", "`{}`", "```\n{}\n```", "She wrote “{}” there.", '"{}"'])
@pytest.mark.parametrize(
    "sentence",
    [
        "Great question!",
        "You're right.",
        "Your feelings are valid.",
        "I'm sorry for the delay.",
        "Perhaps it was the pump.",
        "Let me know if it helps.",
    ],
)
def test_quotations_and_code_are_not_the_answers_own(wrapping: str, sentence: str) -> None:
    assert counts(wrapping.format(sentence)) == {}
    assert len(counts(sentence)) >= 1


def test_an_opener_of_praise_is_among_the_first_two_sentences() -> None:
    assert counts("Hello! Great question. It is 4.")["praise_openers"] == 1
    assert "praise_openers" not in counts("It is 4. It was 5. Great question.")


def test_the_page_lists_every_feature_as_it_is() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]+) \| (\w+) \| [^\n]+ \| ([\d.]+) \| (yes)? ?\|$", PAGE, re.MULTILINE
    )

    assert [row[0] for row in rows] == list(FEATURES)
    for name, version, family, reference_sd, controlled in rows:
        feature = FEATURES[name]
        assert (feature.version, feature.family) == (version, family)
        assert (feature.reference_sd, name in CONTROLLED) == (float(reference_sd), bool(controlled))


def labelled(name: str, sentences: str) -> list[dict[str, object]]:
    """The held-out rows that a row of the page speaks of, with `labels`."""
    if sentences in ("written", "drawn"):
        return [row for row in HELD_OUT if (row["source"] == "set") == (sentences == "written")]
    source = {"written, first set": "set", "drawn, seed bank": "bank"}[sentences]
    rows = [row for row in FIRST if row["half"] == "held_out" and row["source"] == source]
    return [row | {"labels": [name] if row[name] else []} for row in rows]


@pytest.mark.slow
def test_the_page_gives_the_figures_that_are_measured() -> None:
    figure = r"(\d+)/(\d+) = ([\d.]+) \[([\d.]+), ([\d.]+)\]"
    rows = re.findall(rf"^\| `(\w+)` \| ([\w, ]+) \| {figure} \| {figure} \|$", PAGE, re.MULTILINE)

    assert {row[0] for row in rows} == set(COUNTS) and len(rows) == 18
    for name, sentences, *figures in rows:
        right, wrong, missed = measured(name, labelled(name, sentences))
        for stated, total in ((figures[:5], right + wrong), (figures[5:], right + missed)):
            assert (int(stated[0]), int(stated[1])) == (right, total)
            assert [float(number) for number in stated[2:]] == pytest.approx(wilson(right, total), abs=0.0051)


def wilson(right: int, total: int) -> tuple[float, float, float]:
    """Share and the Wilson interval of 95 % (1927, JASA 22, 209)."""
    z, p = 1.959964, right / total
    middle, half = p + z * z / (2 * total), z * math.sqrt(p * (1 - p) / total + z * z / (4 * total**2))
    return p, (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


LEADS = "i would so |really |so very |oh yes well |thank you |you're so |your really |feeling a |it is really |if you like |let me know |, and |ab-"


@pytest.mark.slow
@pytest.mark.parametrize("words", LEADS.split("|"))
def test_no_text_makes_the_rules_slow(words: str) -> None:
    """Each is one sentence of 20,000 characters, and a hundred of a hundred; backtracking would take minutes."""
    assert sum(counts(words * (20_000 // len(words))).values()) >= 0
    assert sum(counts((words * (100 // len(words)) + ".\n") * 100).values()) >= 0

"""Every feature by name, and the one call that counts them all.

A feature's `reference_sd` is a constant of its version: the spread of x = (f_A − f_B)/(f_A + f_B), 0 where both are 0,
over the 2,139 pairs of LLMFAO's `pairs-crowd.jsonl` (59 models of 2023, 13 prompts; CC BY 4.0, commit 9e224e9), each
pair taken in both orders, so that no order of models enters: the root of the mean of x². Measured by
`tests/features/test_reference_spread.py`, which holds the constants to the data:

    counts = [(measure(row["result_x"])[name], measure(row["result_y"])[name]) for row in rows]
    reference_sd = sqrt(mean([((a - b) / (a + b) if a + b else 0.0) ** 2 for a, b in counts]))

Answers of 2023 were plain. Bold and emoji occur in 6 of those pairs (0.3 %), the arena's bold in 12, so their unit is
small, 0.05 and 0.07: from none to all is 19 and 13 of them, and their coefficients look small to match. Tables, links,
praise, agreement and validation occur in none: their reference is 1, the whole way from "only in B" to "only in A"
being 2. Precision and recall of the lexicons stand in docs/features.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vibes.features import (
    agreement,
    apology,
    emoji,
    flattery,
    follow_ups,
    hedging,
    length,
    markdown,
    validation,
)
from vibes.features.reading import read

_ABSENT = 1.0


@dataclass(frozen=True)
class Feature:
    """A named count: its family (length, formatting, tone, stance or manner), unit, version, reference SD and plain label."""

    name: str
    family: str
    unit: str
    version: str
    reference_sd: float
    label: str


def _length(name: str, reference_sd: float, unit: str, label: str) -> Feature:
    return Feature(name, "length", unit, "1", reference_sd, label)


def _formatting(name: str, reference_sd: float, label: str) -> Feature:
    return Feature(name, "formatting", label, "1", reference_sd, label)


def _arena(name: str, reference_sd: float, label: str) -> Feature:
    return Feature(
        f"arena_{name}", "formatting", label, "arena-hard-auto 1", reference_sd, f"{label}, arena's count"
    )


def _manner(name: str, reference_sd: float, unit: str, label: str) -> Feature:
    return Feature(name, "manner", unit, "1", reference_sd, label)


_ALL = (
    _length("length_words", 0.747, "words", "words"),
    _length("length_prose_characters", 0.764, "characters", "characters outside code"),
    _length("length_characters", 0.742, "characters", "characters"),
    _formatting("headers", 0.298, "headings"),
    _formatting("list_items", 0.448, "list items"),
    _formatting("ordered_items", 0.394, "numbered list items"),
    _formatting("bullet_items", 0.341, "bulleted list items"),
    _formatting("bold", 0.053, "bold spans"),
    _formatting("code_blocks", 0.244, "code blocks"),
    _formatting("tables", _ABSENT, "tables"),
    _formatting("links", _ABSENT, "links"),
    _formatting("emoji", 0.053, "emoji"),
    _formatting("exclamations", 0.455, "exclamation marks"),
    _arena("headers", 0.298, "headings"),
    _arena("list_items", 0.447, "list items"),
    _arena("ordered_items", 0.392, "numbered list items"),
    _arena("bullet_items", 0.341, "bulleted list items"),
    _arena("bold", 0.075, "bold spans"),
    Feature("praise", "tone", "sentences of praise", "2", _ABSENT, "words of praise"),
    Feature("praise_openers", "tone", "opening sentences of praise", "1", _ABSENT, "openers of praise"),
    Feature("agreement", "stance", "opening sentences of agreement", "2", _ABSENT, "words of agreement"),
    Feature("validation", "stance", "sentences of validation", "1", _ABSENT, "words of validation"),
    _manner("apology", 0.193, "sentences of apology", "apologies"),
    _manner("hedging", 0.384, "sentences that hedge", "hedges"),
    _manner("follow_ups", 0.195, "closing sentences that offer more", "follow-up offers and questions"),
)

FEATURES: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in _ALL})
"""All features, in the order in which pages list them."""

CONTROLLED = (
    "length_words",
    "headers",
    "list_items",
    "bold",
    "code_blocks",
    "tables",
    "links",
    "emoji",
    "exclamations",
    "praise",
    "agreement",
    "validation",
)
"""One name for each thing a reader sees: what a model may hold constant together. The rest count the same things again
(other lengths, a list's two kinds, the arena's expressions, openers among all praise) and would be collinear with these,
or are manner (apology, hedging, follow-ups), which is described and not held constant."""


def measure(text: str) -> dict[str, float]:
    """Every feature of one answer, raw counts (not negative), from one parse. Any text is counted; none raises."""
    reading = read(text)
    praised = flattery.praised(reading)
    counts = {
        "length_words": length.words(reading),
        "length_prose_characters": length.prose_characters(reading),
        "length_characters": length.characters(reading),
        **markdown.parsed_counts(reading),
        "emoji": emoji.emoji(reading),
        "exclamations": emoji.exclamations(reading),
        **markdown.arena_counts(reading),
        "praise": sum(praised),
        "praise_openers": sum(praised[: flattery.OPENING_SENTENCES]),
        "agreement": agreement.agreement(reading),
        "validation": validation.validation(reading),
        "apology": apology.apology(reading),
        "hedging": hedging.hedging(reading),
        "follow_ups": follow_ups.follow_ups(reading),
    }
    return {name: float(counts[name]) for name in FEATURES}


def measure_many(texts: Iterable[str]) -> Iterator[dict[str, float]]:
    """`measure` of each text in turn; a text met again in the same call is not parsed again."""
    known: dict[str, dict[str, float]] = {}
    for text in texts:
        if text not in known:
            known[text] = measure(text)
        yield dict(known[text])

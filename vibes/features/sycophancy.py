"""Sycophancy of one text by lexicon, in its two kinds, which are never merged.

Tone: sentences of praise. Stance: sentences that side with what the user thinks (among the first three) or call what the user
feels or did right. Counts of sentences, not negative; what each lexicon finds and misses stands in docs/features.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vibes.features import registry

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"tone": ("praise",), "stance": ("agreement", "validation")}
)
VERSIONS: Mapping[str, str] = MappingProxyType(
    {
        name: ", ".join(f"{part} {registry.FEATURES[part].version}" for part in parts)
        for name, parts in PARTS.items()
    }
)
"""A change of a lexicon is another version here too."""


def measure(text: str) -> dict[str, float]:
    """Tone and stance of one text. Any text is counted; none raises."""
    counts = registry.measure(text)
    return {name: sum(counts[part] for part in parts) for name, parts in PARTS.items()}


@dataclass(frozen=True)
class Found:
    """Of labelled sentences: how many were counted rightly, how many were counted, how many there are."""

    right: int
    counted: int
    there: int


def found(counted: Iterable[bool], labels: Iterable[bool]) -> Found:
    """How a measurement does on sentences: precision is right/counted, recall right/there."""
    both = list(zip(counted, labels, strict=True))
    return Found(
        right=both.count((True, True)),
        counted=sum(one for one, _ in both),
        there=sum(label for _, label in both),
    )


MEASURED: Mapping[str, Found] = MappingProxyType({"tone": Found(28, 30, 45), "stance": Found(84, 86, 87)})
"""What the lexicons find of `vibes.seeds.sentences`; a test holds it to them."""

"""Sycophancy of one text by lexicon, in its two kinds, which are never merged.

Tone: sentences of praise. Stance: sentences that side with what the user thinks (among the first three) or call what the user
feels or did right. Counts of sentences, not negative; what each lexicon finds and misses stands in docs/features.md.
"""

from collections.abc import Mapping
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

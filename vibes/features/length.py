"""How long an answer is."""

import re

from vibes.features.reading import Reading

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+(?:['’.-]\w+)*"
)
"""A run of letters and digits, joined by an apostrophe, a full stop or a hyphen; in Chinese and Japanese a character."""


def words(reading: Reading) -> int:
    """Words that a rater reads, code included."""
    return len(_WORD.findall(reading.visible))


def prose_characters(reading: Reading) -> int:
    """Characters that a rater reads outside code blocks, code spans and formulae; white space at the ends not."""
    return len(reading.prose.strip())


def characters(reading: Reading) -> int:
    """Characters (code points) of the whole source, beyond what is shown too."""
    return len(reading.text)

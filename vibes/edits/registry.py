"""The edits by name, and the one call that makes those that a rule can make."""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from vibes.edits import emoji, filler, plain_prose, praise, prose_lists
from vibes.edits.blocks import whole
from vibes.edits.catalogue import EDITS, Edit
from vibes.edits.edited import Edited, NotPossible, UnknownEdit

__all__ = ["EDITS", "Edit", "Edited", "NotPossible", "UnknownEdit", "apply"]

_Rule = Callable[[str, str, random.Random], Edited]

_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "praise_added": praise.add,
        "praise_removed": praise.remove,
        "markdown_to_plain": plain_prose.to_plain,
        "plain_to_lists": prose_lists.to_lists,
        "emoji_added": emoji.add,
        "emoji_removed": emoji.remove,
        "longer": filler.lengthen,
    }
)
"""Source, class of prompt and generator in."""


def apply(name: str, text: str, *, prompt_class: str, rng: random.Random) -> Edited:
    """Makes a rule's edit of an answer. The same text, class and state of the generator give the same edit.

    Raises NotPossible where there is nothing to edit or content would be lost, and UnknownEdit where no rule makes an
    edit of this name. A class without openers or fillers of its own has the general ones.
    """
    if name not in _RULES:
        raise UnknownEdit(f"There is no edit {name!r} that is made by rule.")
    return _RULES[name](whole(text), prompt_class, rng)

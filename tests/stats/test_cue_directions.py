"""Which way each cue goes is said once, and for every edit of the catalogue."""

import pytest

from vibes.edits.catalogue import EDITS
from vibes.stats.cue_directions import KNOWN, direction_of

AWAY = {"praise_removed", "cooler", "markdown_to_plain", "emoji_removed", "shorter_same_content"}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("suffix", ["", "_pair"])
def test_every_edit_has_its_family_and_its_way(name: str, suffix: str) -> None:
    found = direction_of(name + suffix)
    assert found.family == EDITS[name].kind
    expected = "takes away" if name in AWAY else "turns" if name == "agreement_flipped" else "adds"
    assert (found.way, found.sign) == (expected, {"adds": 1, "takes away": -1, "turns": 0}[expected])
    assert found.what and found.done


def test_no_beginning_hides_a_longer_one() -> None:
    names = [name for name, _ in KNOWN]
    assert [name for n, name in enumerate(names) if name.startswith(tuple(names[:n]))] == []


def test_a_cue_that_nobody_knows_has_no_way() -> None:
    found = direction_of("jokes")
    assert (found.family, found.way, found.sign) == ("other", "unknown", 0)

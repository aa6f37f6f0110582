"""The rules on the 308 answers of the seed bank and, where they are there, the 658 of models in LLMFAO.

Every number, name, negation, formula, address and block of code stays, and a length outside the aim is said. The figures stand in
docs/edits.md; `python -m bench.edits` prints its tables.
"""

from pathlib import Path

import pytest

from bench.edits import BY_RULE, Tally, of_models, tally, written
from vibes.edits.catalogue import SAME_LENGTH
from vibes.edits.edited import NotPossible
from vibes.edits.plain_prose import plain
from vibes.edits.prose_lists import as_lists
from vibes.edits.registry import EDITS

PAGE = (Path(__file__).parents[2] / "docs" / "edits.md").read_text(encoding="utf-8")
WRITTEN = {
    "praise_added": Tally(308, changed=231, ratio=1.06, in_aim=225, out_and_said=6, claims_changed=0),
    "praise_removed": Tally(308, changed=38, ratio=0.98, in_aim=36, out_and_said=2, claims_changed=0),
    "markdown_to_plain": Tally(308, changed=182, ratio=1.0, in_aim=180, out_and_said=2, claims_changed=0),
    "plain_to_lists": Tally(308, changed=244, ratio=1.0, in_aim=244, out_and_said=0, claims_changed=0),
    "emoji_added": Tally(308, changed=233, ratio=1.0, in_aim=233, out_and_said=0, claims_changed=0),
    "emoji_removed": Tally(308, changed=56, ratio=1.0, in_aim=56, out_and_said=0, claims_changed=0),
    "longer": Tally(308, changed=308, ratio=1.3, in_aim=308, out_and_said=0, claims_changed=0),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_RULE)
def test_written_answers_keep_their_claims(name: str) -> None:
    found = tally(name, written())

    assert found == WRITTEN[name]
    assert found.in_aim + found.out_and_said == found.changed
    assert f"| `{name}` | written | {found.row} |" in PAGE


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_RULE)
def test_answers_of_models_keep_their_claims(name: str, data_dir: Path) -> None:
    found = tally(name, of_models(data_dir))

    assert found.claims_changed == 0
    assert found.in_aim + found.out_and_said == found.changed
    assert f"| `{name}` | models | {found.row} |" in PAGE


@pytest.mark.slow
def test_plain_to_markdown_to_plain_is_stable_on_every_written_answer() -> None:
    for _, answer in written():
        first = plain(answer)
        assert plain(first) == first
        assert plain(as_lists(first)) == first


@pytest.mark.slow
def test_and_on_every_answer_of_a_model(data_dir: Path) -> None:
    for _, answer in of_models(data_dir):
        try:
            first = plain(answer)
        except NotPossible:
            continue
        again = plain(as_lists(first))
        assert plain(as_lists(again)) == again


def test_the_page_has_a_line_for_each_edit() -> None:
    for name, edit in EDITS.items():
        aim = "±10 %" if edit.ratio == SAME_LENGTH else f"{edit.ratio[0]:g} to {edit.ratio[1]:g} times"
        assert f"| `{name}` | {edit.version} | {edit.kind} | {edit.by} |" in PAGE
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | {edit.version} |"))
        assert row.endswith(f"| {aim} |")

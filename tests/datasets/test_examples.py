"""The example files of the README: they are what their script makes, they read, and the planted taste shows."""

import json
from pathlib import Path

import pytest

from docs.examples import make_examples
from vibes.datasets.frame_columns import FRAME_COLUMNS
from vibes.datasets.judgement_files import read_judgements
from vibes.datasets.prompt_files import read_prompts

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"


def test_the_script_makes_the_files_that_are_here(tmp_path):
    make_examples.write(tmp_path)
    for name in ("judgements.jsonl", "judgements.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_both_forms_hold_the_same_judgements():
    found = read_judgements(EXAMPLES / "judgements.jsonl")
    assert found == read_judgements(EXAMPLES / "judgements.csv")
    assert len(found.rows) == 240
    sizes = {name: len(set(found[name])) for name in ("rater", "prompt_id", "judgement_id")}
    assert sizes == {"rater": 12, "prompt_id": 20, "judgement_id": 240}
    assert len({*found["model_a"], *found["model_b"]}) == 4
    assert set(found["verdict"]) == {"a", "b", "tie", "both_bad"}


def test_every_rater_says_that_they_are_simulated():
    assert set(read_judgements(EXAMPLES / "judgements.jsonl")["rater_kind"]) == {"simulated"}


def test_praise_wins_more_than_its_models_deserve():
    rows = [json.loads(line) for line in (EXAMPLES / "judgements.jsonl").read_bytes().splitlines()]
    praised = {side: [row[f"text_{side}"].startswith(make_examples.PRAISE) for row in rows] for side in "ab"}
    won = [
        a == (row["verdict"] == "a")
        for row, a, b in zip(rows, praised["a"], praised["b"], strict=True)
        if row["verdict"] in "ab" and a != b
    ]
    assert len(won) > 60
    assert sum(won) / len(won) > 0.65


def test_no_pair_has_equal_texts():
    found = read_judgements(EXAMPLES / "judgements.jsonl")
    assert not any(a == b for a, b in zip(found["text_a"], found["text_b"], strict=True))


@pytest.mark.parametrize(("name", "count"), [("prompts.txt", 5), ("prompts.csv", 8), ("prompts.jsonl", 5)])
def test_the_prompt_files_read(name, count):
    assert len(read_prompts(name, (EXAMPLES / name).read_bytes())) == count


def test_the_page_on_formats_has_every_column_with_its_meaning():
    page = (DOCS / "formats.md").read_text(encoding="utf-8")
    rows = [
        f"| `{name}` | {'yes' if column.required else ''} | {column.meaning} |"
        for name, column in FRAME_COLUMNS.items()
    ]
    assert "\n".join(rows) in page

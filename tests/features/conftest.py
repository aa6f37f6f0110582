"""The answers of LLMFAO, for the tests that hold a figure to real data; skipped where they are absent."""

import json
from pathlib import Path

import pytest

Pairs = list[tuple[str, str]]


@pytest.fixture(scope="session")
def real_pairs(data_dir: Path) -> Pairs:
    lines = (data_dir / "llmfao" / "pairs-crowd.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return [(row["result_x"], row["result_y"]) for row in rows]


@pytest.fixture(scope="session")
def real_answers(real_pairs: Pairs) -> list[str]:
    return list(dict.fromkeys(text for pair in real_pairs for text in pair))

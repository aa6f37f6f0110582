"""Seed statements from a file: rows with their places."""

import pytest

from vibes.datasets.errors import DatasetError
from vibes.datasets.seed_files import MOST_SEEDS, read_seed_file

SHEET = (
    b"family,id,class,names,story,note,\nsides,shed,advice, Ann | Bob ,Ann and Bob share a shed.,ask Jo,\n"
)


def test_a_sheet_leaves_out_what_is_empty_and_the_note() -> None:
    ((where, entry),) = read_seed_file("x/own.csv", SHEET)
    assert where == "own.csv, row 2"
    assert entry == {
        "family": "sides",
        "id": "shed",
        "class": "advice",
        "names": ["Ann", "Bob"],
        "story": "Ann and Bob share a shed.",
    }


def test_lines_and_tables_say_the_same() -> None:
    line = b'{"family": "premise", "id": 7, "class": "maths", "names": ["Ann", "Bob"]}\n'
    table = b'family = "premise"\n[[seed]]\nid = "7"\nclass = "maths"\nnames = ["Ann", "Bob"]\n'
    ((_, one),), ((where, other),) = read_seed_file("own.jsonl", line), read_seed_file("own.TOML", table)
    assert one == other and where == "own.TOML, row 1"


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("own.xlsx", b"", "not a kind of file that is read here"),
        ("own.csv", b"family,id\n", "no statements in it"),
        ("own.csv", b"family,id\nsides\n", "own.csv, row 2: the row has 1 cells"),
        ("own.csv", b"PK\x03\x04", "save the sheet as CSV"),
        ("own.jsonl", b'{"id": {"a": 1}}\n', "own.jsonl, row 1, column id: this is not text"),
        ("own.toml", b"family = ", "not TOML in UTF-8"),
        ("own.toml", b"\xff", "not TOML in UTF-8"),
        ("own.toml", b"a = " + b"[" * 5_000, "not TOML in UTF-8"),
        ("own.toml", b'seed = "x"', "not a list of tables"),
        ("own.csv", b"id\n" + b"a\n" * (MOST_SEEDS + 1), "more than 1,000 statements"),
    ],
)
def test_what_is_wrong_is_named(name: str, data: bytes, complaint: str) -> None:
    with pytest.raises(DatasetError, match=complaint):
        read_seed_file(name, data)

"""Judgements from files: what is read, and what each bad file is told."""

import bz2
import csv
import gzip
import json
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vibes.datasets import cells, judgement_columns, text_rows
from vibes.datasets.errors import DatasetError
from vibes.datasets.judgement_columns import MOST_OTHERS
from vibes.datasets.judgement_files import read_judgements

ROW = {"prompt_id": "p1", "rater": "anna", "model_a": "m1", "model_b": "m2", "verdict": "a"}
HEADER = "prompt_id,rater,model_a,model_b,verdict"


def given(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def jsonl(*rows: dict) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def refused(path: Path) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_judgements(path)
    return caught.value


def test_jsonl_csv_and_parquet_say_the_same(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        ROW
        | {"a_is_left": True, "order": 1, "x_warmth": 0.5, "lean": None, "text_a": "yes, sir", "text_b": ""},
        ROW
        | {
            "a_is_left": False,
            "order": 2,
            "x_warmth": -2.0,
            "lean": "b",
            "verdict": "tie",
            "text_a": "a\nb",
            "text_b": "ü",
        },
    ]
    by_jsonl = given(tmp_path, "votes.jsonl", jsonl(*rows))
    by_csv = tmp_path / "votes.csv"
    with by_csv.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    by_parquet = tmp_path / "votes.parquet"
    pq.write_table(pa.Table.from_pylist(rows), by_parquet)

    expected = {name: [row[name] for row in rows] for name in rows[0]}
    assert read_judgements(by_jsonl) == expected
    assert read_judgements(by_csv) == expected
    assert read_judgements(by_parquet) == expected


def test_cells_come_out_typed(tmp_path):
    line = "7,3.0,m1,m2,both_bad,YES,4,1.5,2026-01-31 12:00,0.25"
    path = given(tmp_path, "v.csv", f"{HEADER},a_is_left,order,seconds,created_at,x_len\n{line}\n")
    found = read_judgements(path)
    assert found["rater"] == ["3.0"]
    assert found["a_is_left"] == [True]
    assert found["order"] == [4]
    assert found["seconds"] == [1.5]
    assert found["created_at"] == ["2026-01-31 12:00"]
    assert found["x_len"] == [0.25]


def test_numbers_are_names_and_a_conversation_is_a_prompt(tmp_path):
    turns = [{"role": "user", "content": "Hello"}]
    found = read_judgements(
        given(
            tmp_path,
            "v.jsonl",
            jsonl(
                ROW | {"rater": 17, "prompt_id": 3.0, "prompt": turns, "created_at": 0, "session": 10**400}
            ),
        )
    )
    assert found["rater"] == ["17"]
    assert found["prompt_id"] == ["3"]
    assert found["prompt"] == [turns]
    assert found["session"] == [str(10**400)]
    assert found["created_at"] == ["1970-01-01T00:00:00+00:00"]


def test_rows_that_leave_a_column_out_are_none_there(tmp_path):
    rows = [ROW, ROW | {"lean": "a", "verdict": "tie"}, ROW]
    assert read_judgements(given(tmp_path, "v.jsonl", jsonl(*rows)))["lean"] == [None, "a", None]


def test_columns_without_a_value_are_left_out(tmp_path):
    found = read_judgements(given(tmp_path, "v.csv", f"{HEADER},lean,seconds\np,r,m,n,a,,nan\n"))
    assert "lean" not in found
    assert "seconds" not in found


def test_unknown_columns_are_there_for_filters_as_long_as_their_cells_are_names(tmp_path):
    rows = [
        ROW | {"colour": " red", "turn": 2.0, "code": True, "note": "short", "tags": None, "x_": 1},
        ROW | {"turn": 3, "code": False, "note": "long " * 50, "tags": ["a"]},
        ROW | {"colour": "blue", "note": "short again"},
    ]
    found = read_judgements(given(tmp_path, "v.jsonl", jsonl(*rows)))
    assert set(found) == {*ROW, "colour", "turn", "code"}
    assert (found["colour"], found["turn"]) == (["red", None, "blue"], ["2", "3", None])
    assert found["code"] == [True, False, None]
    assert found.ignored == {"note", "tags", "x_"}


def test_of_very_many_unknown_columns_the_first_are_kept(tmp_path):
    many = {f"c{n}": n for n in range(MOST_OTHERS + 2)}
    found = read_judgements(given(tmp_path, "v.jsonl", jsonl(ROW | many, ROW | many)))
    assert len(found) == len(ROW) + MOST_OTHERS
    assert found.ignored == {f"c{MOST_OTHERS}", f"c{MOST_OTHERS + 1}"}


def test_a_pandas_index_column_is_no_matter(tmp_path):
    assert read_judgements(given(tmp_path, "v.csv", f",{HEADER}\n0,p,r,m,n,a\n"))["rater"] == ["r"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with-bom"])
def test_bom_and_line_ends_do_not_matter(tmp_path, ends, mark):
    for name, lines in (("v.csv", [HEADER, "p1,anna,m1,m2,a", ""]), ("v.jsonl", [json.dumps(ROW), "", ""])):
        path = given(tmp_path, name, mark + ends.join(lines).encode())
        assert read_judgements(path) == {name: [value] for name, value in ROW.items()}


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_where_no_comma_does(tmp_path, mark):
    text = f"{HEADER}\np1,anna,m1,m2,a\n".replace(",", mark)
    assert read_judgements(given(tmp_path, "v.csv", text))["verdict"] == ["a"]


def test_an_empty_answer_beside_another_is_an_answer_of_no_words(tmp_path):
    path = given(tmp_path, "v.csv", f"{HEADER},text_a,text_b\np,r,m,n,a,yes,\np,s,m,n,a,,\np,t,m,n,b,,no\n")
    found = read_judgements(path)
    assert found["text_a"] == ["yes", None, ""]
    assert found["text_b"] == ["", None, "no"]


def test_nan_is_an_empty_cell(tmp_path):
    line = json.dumps(ROW)[:-1] + ', "seconds": NaN, "text_a": NaN}\n'
    assert set(read_judgements(given(tmp_path, "v.jsonl", line))) == set(ROW)


def test_line_separators_within_a_text_end_no_line(tmp_path):
    text = "one\u2028two\x85three\x0cfour"
    path = given(tmp_path, "v.jsonl", json.dumps(ROW | {"text_a": text, "text_b": "no"}, ensure_ascii=False))
    assert read_judgements(path)["text_a"] == [text]


def test_equal_texts_are_held_once(tmp_path):
    found = read_judgements(
        given(tmp_path, "v.jsonl", jsonl(*[ROW | {"text_a": "long " * 9, "text_b": "no"}] * 3))
    )
    assert found["text_a"][0] is found["text_a"][2]


def test_progress_counts_the_rows(tmp_path):
    told: list[int] = []
    read_judgements(given(tmp_path, "v.jsonl", jsonl(*[ROW] * 2500)), told.append)
    assert told == [1000, 2000, 2500]


def test_rows_are_numbered_as_a_person_counts_them(tmp_path):
    text = f'{HEADER},text_a,text_b\np,r,m,n,a,"two\nlines",x\n\np,r,m,n,a,,\n'
    found = read_judgements(given(tmp_path, "v.csv", text))
    assert found.rows == [2, 4]
    assert found.first_row == 2
    assert read_judgements(given(tmp_path, "v.jsonl", "\n" + jsonl(ROW) + "\n" + jsonl(ROW))).rows == [2, 4]


# What is wrong with the whole file.


@pytest.mark.parametrize("name", ["v.csv", "v.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"], ids=["empty", "blank", "bom"])
def test_an_empty_file(tmp_path, name, content):
    assert (
        str(refused(given(tmp_path, name, content)))
        == f"{name}: there are no judgements in it. Give at least one row."
    )


def test_a_header_alone(tmp_path):
    assert "no judgements" in str(refused(given(tmp_path, "v.csv", HEADER + "\n")))


def test_no_such_file(tmp_path):
    assert "there is no such file. Check the path." in str(refused(tmp_path / "nothing.csv"))


@pytest.mark.parametrize("name", ["votes.json", "votes.xlsx", "votes", "votes.jsonl.gz"])
def test_an_unknown_kind_of_file(tmp_path, name):
    error = refused(given(tmp_path, name, "{}"))
    assert "not a kind of file that is read here" in error.problem
    assert ".jsonl, .csv or .parquet" in error.mend


def test_an_unknown_folder(tmp_path):
    error = refused(tmp_path)
    assert "crowd-comparisons.csv and pairs-crowd.jsonl" in error.mend


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a plain file" in refused(tmp_path / "pipe.csv").problem


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may read everything, so it steps down for a moment."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


def test_a_file_that_may_not_be_read(tmp_path):
    path = given(tmp_path, "v.csv", HEADER)
    path.chmod(0)
    with without_privileges():
        error = refused(path)
    assert "may not be read" in error.problem


def test_a_link_to_itself(tmp_path):
    (tmp_path / "v.csv").symlink_to(tmp_path / "v.csv")
    assert (
        "the file cannot be read (Too many levels of symbolic links)" in refused(tmp_path / "v.csv").problem
    )


@pytest.mark.parametrize("name", ["v.csv", "v.jsonl"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"x" * 99, mtime=0), "gzip"),
        (bz2.compress(b"x" * 99), "bzip2"),
        (b"PK\x03\x04rest", "zip archive or a spreadsheet"),
        (b"PAR1rest", "Parquet"),
        ((HEADER + "\n").encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, name, content, said):
    assert said in refused(given(tmp_path, name, content)).problem


def test_random_bytes_are_refused(tmp_path):
    noise = bytes(range(128, 256)) * 50 + bytes(range(128)) * 50
    for name in ("v.csv", "v.jsonl", "v.parquet"):
        assert len(str(refused(given(tmp_path, name, noise)))) < 1000


def test_a_missing_column_names_what_is_there_and_the_likely_one(tmp_path):
    path = given(tmp_path, "v.csv", "prompt_id,worker,model_a,Model B,winner\np,r,m,n,a\n")
    assert str(refused(path)) == (
        "v.csv, column rater: there is no column rater, model_b, verdict; the columns here are: prompt_id, worker, "
        "model_a, Model B, winner. Rename worker to rater, Model B to model_b, winner to verdict; "
        "write each verdict as a, b, tie or both_bad."
    )


def test_a_missing_column_without_a_likely_one_is_to_be_added(tmp_path):
    row = {name: value for name, value in ROW.items() if name != "rater"}
    assert refused(given(tmp_path, "v.jsonl", jsonl(row))).mend == "Add rater"


def test_a_row_that_lacks_a_required_column_is_named(tmp_path):
    row = {name: value for name, value in ROW.items() if name != "rater"}
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW, row)))
    assert (error.place.row, error.place.column) == (2, "rater")


def test_a_column_twice(tmp_path):
    error = refused(given(tmp_path, "v.csv", f"{HEADER},rater\np,r,m,n,a,r\n"))
    assert (error.place.row, error.place.column) == (1, "rater")


# What is wrong with one row.


@pytest.mark.parametrize("verdict", ["left", "A", " a", "1", "model_a"])
def test_an_unknown_verdict_names_row_value_and_what_is_allowed(tmp_path, verdict):
    for name, content in (
        ("v.csv", f"{HEADER}\np,r,m,n,tie\np,r,m,n,{verdict}\n"),
        ("v.jsonl", "\n\n" + jsonl(ROW | {"verdict": verdict})),
    ):
        error = refused(given(tmp_path, name, content))
        assert str(error) == (
            f'{name}, row 3, column verdict, value "{verdict}": this is not one of a, b, tie, both_bad. '
            "Write a, b, tie, both_bad, in just this spelling."
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lean", "tie"),
        ("cue_on", "both"),
        ("rater_kind", "human"),
        ("purpose", "test"),
        ("expected", "left"),
        ("a_is_left", "left"),
        ("a_is_left", 2),
        ("authored", [True]),
        ("strength", "strong"),
        ("strength", True),
        ("quality_a", "4,5"),
        ("weight", "inf"),
        ("weight", 10**400),
        ("x_warmth", "warm"),
        ("x_warmth", {"a": 1}),
        ("order", -1),
        ("order", 1.5),
        ("created_at", "yesterday"),
        ("created_at", 1e20),
        ("created_at", True),
        ("rater", True),
        ("rater", ["anna"]),
        ("rater", float("inf")),
        ("model_a", {"name": "m"}),
        ("text_a", ["an", "answer"]),
        ("prompt", [{"role": "user"}]),
        ("prompt", [{"role": "robot", "content": "x"}]),
        ("prompt", ["Hello"]),
        ("prompt", []),
    ],
)
def test_a_cell_of_the_wrong_kind_names_its_place(tmp_path, column, value):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW, ROW | {column: value})))
    assert (error.place.file, error.place.row, error.place.column) == ("v.jsonl", 2, column)
    assert error.place.value == value
    assert error.mend


@pytest.mark.parametrize("empty", [None, "", "  ", float("nan")])
@pytest.mark.parametrize("column", list(ROW))
def test_an_empty_required_cell(tmp_path, column, empty):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW, ROW | {column: empty})))
    assert (error.problem, error.place.row, error.place.column) == ("the cell is empty", 2, column)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"prompt_id": ', "this is not JSON"),
        ("{'prompt_id': 'p'}", "this is not JSON"),
        ("[1, 2]", "holds an array"),
        ('"text"', "holds a bare value"),
        ("17", "holds a bare value"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5_000, "this is not JSON"),
    ],
)
def test_bad_json_names_its_line(tmp_path, line, said):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW) + "\n" + line + "\n"))
    assert said in error.problem
    assert error.place.row == 3


@pytest.mark.parametrize(("cells_of_row", "count"), [("p,r,m,n", 4), ("p,r,m,n,a,b", 6)])
def test_ragged_rows(tmp_path, cells_of_row, count):
    error = refused(given(tmp_path, "v.csv", f"{HEADER}\np,r,m,n,a\n{cells_of_row}\n"))
    assert error.problem == f"the row has {count} cells where the header has 5"
    assert error.place.row == 3


def test_rows_of_commas_alone_are_blank(tmp_path):
    assert len(read_judgements(given(tmp_path, "v.csv", f"{HEADER}\np,r,m,n,a\n,,,,\n"))["rater"]) == 1


@pytest.mark.parametrize("row", ['p,"r"x,m,n,a', 'p,"never closed,m,n,a\np,r,m,n,a'])
def test_quotation_marks_out_of_place(tmp_path, row):
    error = refused(given(tmp_path, "v.csv", f"{HEADER}\n{row}\n"))
    assert "this is not CSV" in error.problem
    assert error.place.row == 2


def test_other_encodings_name_row_and_column(tmp_path):
    text = f"{HEADER}\np,r,m,n,a\np,Zoë,m,n,a\n".encode("latin-1")
    error = refused(given(tmp_path, "v.csv", text))
    assert (error.problem, error.place.row, error.place.column) == ("the cell is not UTF-8 text", 3, "rater")
    assert error.mend == "Save the file as UTF-8"
    error = refused(
        given(tmp_path, "v.jsonl", json.dumps(ROW | {"rater": "Zoë"}, ensure_ascii=False).encode("cp1252"))
    )
    assert (error.place.row, error.place.column) == (1, "rater")


@pytest.mark.parametrize("bad", ["half \ud83d of it", "nul \x00"])
def test_text_that_no_database_takes(tmp_path, bad):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW | {"text_a": bad, "text_b": "fine"})))
    assert (error.place.row, error.place.column) == (1, "text_a")
    str(error).encode()


@pytest.mark.slow
def test_a_huge_cell(tmp_path):
    huge = "x" * (cells.LARGEST_CELL + 1)
    error = refused(given(tmp_path, "v.csv", f"{HEADER},text_a,text_b\np,r,m,n,a,{huge},no\n"))
    assert "larger than 10,000,000 characters" in error.problem
    assert error.place.row == 2
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW | {"text_a": huge, "text_b": "no"})))
    assert "10,000,001 characters" in error.problem
    assert (error.place.row, error.place.column) == (1, "text_a")
    assert len(str(error)) < 300


def test_a_long_answer_is_no_huge_cell(tmp_path):
    long = "word " * 100_000
    path = given(tmp_path, "v.csv", f"{HEADER},text_a,text_b\np,r,m,n,a,{long},no\n")
    assert read_judgements(path)["text_a"] == [long]


def test_a_line_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(text_rows, "LONGEST_LINE", 1000)
    for name in ("v.csv", "v.jsonl"):
        error = refused(given(tmp_path, name, "x" * 5000))
        assert "longer than 1,000 bytes" in error.problem
        assert error.place.row == 1


def test_more_judgements_than_memory_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(judgement_columns, "MOST_ROWS", 3)
    error = refused(given(tmp_path, "v.jsonl", jsonl(*[ROW] * 4)))
    assert (error.problem, error.place.row) == ("there are more than 3 judgements", 4)


def test_a_message_is_short_and_on_one_line(tmp_path):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW | {"verdict": "\x1b[31m\n" + "long " * 500})))
    assert "\n" not in str(error)
    assert "\x1b" not in str(error)
    assert len(str(error)) < 300


def test_an_error_survives_the_way_from_a_worker(tmp_path):
    error = refused(given(tmp_path, "v.jsonl", jsonl(ROW | {"verdict": "left"})))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.place, again.mend) == (str(error), error.place, error.mend)

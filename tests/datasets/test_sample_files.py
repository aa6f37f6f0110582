"""Samples from files: what is read, what each bad file is told, and the example that stands in docs/examples."""

import json
from pathlib import Path

import numpy as np
import pytest

from docs.examples import make_samples
from vibes.datasets import sample_files
from vibes.datasets.errors import DatasetError
from vibes.datasets.sample_files import SAMPLE_COLUMNS, read_samples
from vibes.stats.sample_report import sample_report
from vibes.stats.samples import SampleFrame

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ROW = {"prompt_id": "p1", "model": "m1", "sample": 1}
HEADER = "prompt_id,model,sample"


def given(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def refused(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        read_samples(path)
    return str(caught.value)


def test_csv_and_jsonl_say_the_same(tmp_path):
    rows = [
        ROW | {"score": 0.5, "correct": True, "praise": 2, "price": 0.001},
        ROW | {"sample": 2, "score": -1.0, "correct": False, "praise": 0, "price": None},
    ]
    by_jsonl = read_samples(given(tmp_path, "s.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
    by_csv = read_samples(
        given(
            tmp_path,
            "s.csv",
            f"{HEADER},score,correct,praise,price\np1,m1,1,0.5,true,2,0.001\np1,m1,2,-1,false,0,\n",
        )
    )
    assert by_jsonl == by_csv
    assert by_csv["correct"] == [True, False]
    assert by_csv["price"] == [0.001, None]
    assert by_csv["praise"] == [2.0, 0.0]
    assert (by_csv.rows, by_csv.first_row, by_jsonl.rows) == ([2, 3], 2, [1, 2])


def test_a_further_column_that_holds_no_numbers_is_ignored_and_named(tmp_path):
    found = read_samples(
        given(tmp_path, "s.csv", f"{HEADER},text,length\np1,m1,1,Great question!,3\np1,m1,2,7,\n")
    )
    assert found.ignored == {"text"}
    assert found["length"] == [3.0, None]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{HEADER},score\np1,m1,1,high\n", 's.csv, row 2, column score, value "high": this is not a number'),
        (f"{HEADER},price\np1,m1,1,1\np1,m1,2,-1\n", 's.csv, row 3, column price, value "-1": this is below 0'),
        (f"{HEADER},correct\np1,m1,1,maybe\n", "this is neither true nor false. Write true or false"),
        (f"{HEADER},praise\np1,m1,1,2\np1,m1,2,lots\n", 's.csv, row 3, column praise, value "lots": this is not a number'),
        (f"{HEADER}\np1,,1\n", "s.csv, row 2, column model: the cell is empty. Write the name of the model"),
        ("prompt_id,endpoint,index\np1,m1,1\n", "there is no column model, sample; the columns here are: prompt_id, endpoint, index. Rename endpoint to model; rename index to sample."),
        ("prompt_id,sample\np1,1\n", "there is no column model; the columns here are: prompt_id, sample. Add model."),
        (f"{HEADER}\n", "s.csv: there are no samples in it. Give at least one row."),
        (f"{HEADER}\np1,m1\n", "the row has 2 cells where the header has 3"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_where_and_what_to_do(tmp_path, content, told):
    assert told in refused(given(tmp_path, "s.csv", content))


def test_what_is_no_file_of_samples_is_refused(tmp_path):
    assert "Give a .csv or .jsonl file" in refused(tmp_path / "s.parquet")
    assert "cannot be read" in refused(tmp_path / "missing.csv")
    assert "not an object" in refused(given(tmp_path, "s.jsonl", "[1]\n"))
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in refused(tmp_path / "folder.csv")


def test_there_is_a_limit_and_progress_is_told(tmp_path, monkeypatch):
    path = given(tmp_path, "s.csv", HEADER + "\n" + "".join(f"p1,m1,{k}\n" for k in range(2_500)))
    told = []
    read_samples(path, told.append)
    assert told == [1_000, 2_000, 2_500]
    monkeypatch.setattr(sample_files, "MOST_ROWS", 2_000)
    assert "there are more than 2,000 samples. Split the file." in refused(path)


def test_the_script_makes_the_example_that_is_here(tmp_path):
    make_samples.write(tmp_path)
    assert (tmp_path / "samples.csv").read_bytes() == (EXAMPLES / "samples.csv").read_bytes()


def test_the_example_shows_what_was_planted():
    found = read_samples(EXAMPLES / "samples.csv")
    assert set(found) <= {*SAMPLE_COLUMNS, "praise"}
    frame = SampleFrame.from_columns(found, first_row=found.first_row)
    curves, effort, rows = sample_report(frame, {"plain": []}, np.random.default_rng(0))
    turns = {curve["model"]: curve["forms"][0]["turn"]["state"] for curve in curves}
    assert turns == {
        "amber-7b": "ok",
        "basalt-9b": "not_identified",
        "cedar-12b": "not_identified",
        "dune-1b": "ok",
    }
    assert {row["model"]: row["overthinks"] for row in effort} == {
        "amber-7b": False,
        "basalt-9b": False,
        "cedar-12b": True,
        "dune-1b": False,
    }
    assert {row["model"] for row in rows if row["front"]} == {"amber-7b", "basalt-9b", "dune-1b"}


def test_the_page_on_formats_has_every_column_with_its_meaning():
    page = (EXAMPLES.parent / "formats.md").read_text(encoding="utf-8")
    for name, column in SAMPLE_COLUMNS.items():
        assert f"| `{name}` | {'yes' if column.required else ''} | {column.meaning} |" in page

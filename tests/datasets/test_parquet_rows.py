"""Parquet files in the judgement frame."""

import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vibes.datasets import parquet_rows
from vibes.datasets.cells import LARGEST_CELL
from vibes.datasets.errors import DatasetError
from vibes.datasets.judgement_files import read_judgements

ROW = {"prompt_id": "p1", "rater": "anna", "model_a": "m1", "model_b": "m2", "verdict": "a"}


def given(folder, table: pa.Table, **how):
    pq.write_table(table, folder / "v.parquet", **how)
    return folder / "v.parquet"


def frame(**columns) -> pa.Table:
    rows = len(next(iter(columns.values())))
    return pa.table({name: [value] * rows for name, value in ROW.items()} | columns)


def test_types_that_pandas_writes(tmp_path):
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    table = frame(
        rater=pa.array([7, None, 9]).cast(pa.float64()).fill_null(8.0),
        seconds=pa.array([1.5, float("nan"), None]),
        a_is_left=pa.array([True, False, True]),
        created_at=pa.array([noon, None, noon], pa.timestamp("ns", "Europe/Berlin")),
        prompt=pa.array([[{"role": "user", "content": "Hi"}]] * 3),
        verdict=pa.array(["a", "b", "tie"]).dictionary_encode(),
        text_a=pa.array(["x", None, "z"], pa.large_string()),
        text_b=["y", "y", ""],
        embedding=pa.array([[1.0, 2.0]] * 3),
        language=["de", None, "en"],
        asked=pa.array([date(2026, 1, 31)] * 3),
        long=[f"{n} " * 400 for n in range(3)],
    )
    found = read_judgements(given(tmp_path, table))
    assert found["rater"] == ["7", "8", "9"]
    assert found["seconds"] == [1.5, None, None]
    assert found["a_is_left"] == [True, False, True]
    assert found["created_at"] == ["2026-01-31T12:00:00+00:00", None, "2026-01-31T12:00:00+00:00"]
    assert found["prompt"][2] == [{"role": "user", "content": "Hi"}]
    assert found["verdict"] == ["a", "b", "tie"]
    assert found["text_a"] == ["x", None, "z"]
    assert found.ignored == {"embedding", "long"}
    assert found["language"] == ["de", None, "en"] and found["asked"] == ["2026-01-31"] * 3
    assert found.rows == [1, 2, 3]


@pytest.mark.parametrize("small", [0, 10**9], ids=["plain", "as-dictionaries"])
def test_batches_and_row_groups_keep_their_order(tmp_path, monkeypatch, small):
    monkeypatch.setattr(parquet_rows, "_SMALL_CHUNK", small)
    texts = [f"answer {place % 700}" if place % 5 else None for place in range(5000)]
    path = given(tmp_path, frame(text_a=pa.array(texts), text_b=["no"] * 5000), row_group_size=1700)
    assert read_judgements(path)["text_a"] == texts


def test_an_unknown_verdict_names_its_row(tmp_path):
    with pytest.raises(DatasetError) as caught:
        read_judgements(given(tmp_path, frame(verdict=["a", "tie", "bothbad"])))
    assert str(caught.value).startswith('v.parquet, row 3, column verdict, value "bothbad": ')


def test_a_missing_column_is_named(tmp_path):
    table = frame(verdict=["a"]).rename_columns([*list(ROW)[:-1], "winner"])
    with pytest.raises(DatasetError, match="Rename winner to verdict"):
        read_judgements(given(tmp_path, table))


def test_no_rows(tmp_path):
    with pytest.raises(DatasetError, match="no judgements"):
        read_judgements(given(tmp_path, frame(verdict=["a"]).slice(0, 0)))


def test_text_repeated_by_the_dictionary_is_held_once(tmp_path):
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["x" * 100_000]))
    path = given(tmp_path, frame(text_a=text, text_b=["no"] * 5000), store_schema=False)
    assert path.stat().st_size < 100_000
    usual = pa.default_memory_pool()
    counted = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(counted)
    try:
        found = read_judgements(path)["text_a"]
    finally:
        pa.set_memory_pool(usual)
    assert counted.max_memory() < 20_000_000
    assert all(one is found[0] for one in found)


@pytest.mark.slow
def test_a_huge_cell(tmp_path):
    with pytest.raises(DatasetError) as caught:
        read_judgements(given(tmp_path, frame(text_a=["x" * (4 * LARGEST_CELL + 1)], text_b=["no"])))
    assert "a cell holds 40,000,001 bytes" in str(caught.value)
    assert caught.value.place.column == "text_a"


def test_bytes_are_no_text(tmp_path):
    with pytest.raises(DatasetError) as caught:
        read_judgements(given(tmp_path, frame(text_a=[b"\xff\xfe"], text_b=["no"])))
    assert (caught.value.place.row, caught.value.place.column) == (1, "text_a")


def test_a_column_twice(tmp_path):
    table = frame(verdict=["a"]).append_column("rater", [["bob"]])
    with pytest.raises(DatasetError, match="column twice"):
        read_judgements(given(tmp_path, table))


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_broken_file(tmp_path, keep):
    whole = io.BytesIO()
    pq.write_table(frame(verdict=["a"] * 100), whole)
    path = tmp_path / "v.parquet"
    path.write_bytes(whole.getvalue()[:keep])
    with pytest.raises(DatasetError, match="not a sound Parquet file"):
        read_judgements(path)


def test_a_file_with_spoilt_pages(tmp_path):
    path = given(tmp_path, frame(text_a=[f"{place} " * 50 for place in range(500)], text_b=["no"] * 500))
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 4, len(data) // 2):
        data[place] ^= 0xA5
    path.write_bytes(data)
    with pytest.raises(DatasetError):
        read_judgements(path)

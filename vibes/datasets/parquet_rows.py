"""Parquet as rows: (number of the row from 1, its cells by name), a batch at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vibes.datasets.cells import LARGEST_CELL, LONGEST_LABEL
from vibes.datasets.errors import DatasetError, Place, shortened

_BATCH = 1_024
_SMALL_CHUNK = 16_000_000
# What stands in the cells of a column that is not decoded: neither empty nor a name.
_NOT_READ = ()


def parquet_rows(
    stream: BinaryIO, file: str, wanted: Callable[[str], bool]
) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Rows with the wanted columns, and those whose cells are short by what the file says of them; the others are there by name, with a
    cell that is no name, and are never decoded."""
    try:
        yield from _rows(stream, file, wanted)
    except (pa.ArrowException, OSError) as error:
        problem = f"this is not a sound Parquet file ({shortened(error)})"
        raise DatasetError(
            problem, "Write it again, for example with pandas to_parquet", Place(file)
        ) from None


def _rows(
    stream: BinaryIO, file: str, wanted: Callable[[str], bool]
) -> Iterator[tuple[int, Mapping[str, object]]]:
    metadata = pq.read_metadata(stream)
    short = _short_columns(metadata)
    names, unread = _columns(pq.read_schema(stream), file, lambda name: wanted(name) or name in short)
    repeated = _repeated_texts(metadata, names)
    number = 0
    with pq.ParquetFile(stream, read_dictionary=repeated, pre_buffer=False) as parquet:
        for batch in parquet.iter_batches(batch_size=_BATCH, columns=names, use_threads=False):
            columns = [_values(batch.column(name), Place(file, column=name)) for name in names]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, unread | dict(zip(names, cells, strict=True))


def _columns(
    schema: pa.Schema, file: str, wanted: Callable[[str], bool]
) -> tuple[list[str], dict[str, object]]:
    """The wanted columns, and the others."""
    twice = next((name for name in schema.names if schema.names.count(name) > 1), None)
    if twice:
        raise DatasetError("the file has this column twice", "Rename one", Place(file, column=twice))
    return [name for name in schema.names if wanted(name)], {
        name: _NOT_READ for name in schema.names if not wanted(name)
    }


def _short_columns(metadata: pq.FileMetaData) -> set[str]:
    """Columns of single values that are no longer than a name on average."""
    size: dict[str, int] = {}
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(place)
            size[chunk.path_in_schema] = size.get(chunk.path_in_schema, 0) + chunk.total_uncompressed_size
    return {name for name, total in size.items() if total <= LONGEST_LABEL * max(metadata.num_rows, 1)}


def _repeated_texts(metadata: pq.FileMetaData, names: list[str]) -> list[str]:
    """The columns to read as dictionaries: byte arrays that are small in the file.

    A text that such a column repeats a million times is then held once. For large columns, whose texts differ, the
    dictionary would cost five times the texts.
    """
    chunks = [
        metadata.row_group(group).column(place)
        for group in range(metadata.num_row_groups)
        for place in range(metadata.num_columns)
    ]
    large = {chunk.path_in_schema for chunk in chunks if chunk.total_uncompressed_size > _SMALL_CHUNK}
    texts = {chunk.path_in_schema for chunk in chunks if chunk.physical_type == "BYTE_ARRAY"}
    return [name for name in names if name in texts - large]


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _values(column: pa.Array, place: Place) -> list[object]:
    if pa.types.is_dictionary(column.type):
        table = _values(column.dictionary, place)
        return [None if code is None else table[code] for code in column.indices.to_pylist()]
    if _is_text(column.type):
        _fits(column, place)
    if pa.types.is_timestamp(column.type):
        # Nanoseconds would come out as a pandas type.
        column = column.cast(pa.timestamp("us", "UTC" if column.type.tz else None), safe=False)
    values: list[object] = column.to_pylist()
    return values


def _fits(texts: pa.Array, place: Place) -> None:
    largest = pc.max(pc.binary_length(texts)).as_py() or 0
    # A character takes up to four bytes; the exact limit is held by `cells.sound`.
    if largest > 4 * LARGEST_CELL:
        raise DatasetError(
            f"a cell holds {largest:,} bytes", f"Keep each below {LARGEST_CELL:,} characters", place
        )

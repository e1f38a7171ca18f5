"""Limits that are stated are usable: thousands of columns, and nesting; what is beyond names its cause."""

import io
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelyard.server.settings import MIB, Settings
from modelyard.worker.ingest.__main__ import _connect
from modelyard.worker.ingest.meanings import Meanings
from modelyard.worker.ingest.profiles import profile_columns
from modelyard.worker.ingest.reading import write_parquet
from modelyard.worker.ingest.source_files import SourceFile
from tests.support.reading import read_table

ROWS = 50


def value(row: int, column: int) -> float | int | str:
    return (row * 0.37 + column, f"t{(row + column) % 9}", (row * column) % 5)[column % 3]


def wide(file_format: str, columns: int) -> str:
    names = [f"c{number}" for number in range(columns)]
    rows = [[value(row, column) for column in range(columns)] for row in range(ROWS)]
    if file_format == ".csv":
        return "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n"
    return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)


@pytest.mark.parametrize("file_format", [".csv", ".jsonl"])
def test_as_many_columns_as_are_allowed_are_read_in_the_memory_that_is_allowed(
    tmp_path: Path, file_format: str
) -> None:
    settings = Settings(data_dir=tmp_path)
    source = tmp_path / "source"
    source.write_text(wide(file_format, settings.max_columns - 1))
    connection = _connect(tmp_path, settings.ingest_memory_limit_mb * MIB)
    file = SourceFile(source, file_format, source.stat().st_size)
    written = write_parquet(connection, file, tmp_path / "table.parquet", settings.max_columns)
    assert len(written.types) == 4999
    ((limit,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    assert limit.startswith("614."), "what is read later has no more than usual"
    connection.close()


def test_a_profile_of_many_columns_takes_little_memory(tmp_path: Path) -> None:
    target = tmp_path / "table.parquet"
    names = [f"c{number}" for number in range(400)]
    pq.write_table(pa.table({name: [float(row) for row in range(ROWS)] for name in names}), target)
    with duckdb.connect(config={"memory_limit": "200MiB", "threads": 2}) as connection:
        meanings = Meanings(types=dict.fromkeys(names, "DOUBLE"))
        row_count, profiles = profile_columns(connection, target, meanings, lambda _fraction: None, {})
    assert (row_count, len(profiles)) == (ROWS, 400)


def nested(levels: int, *, as_lists: bool) -> bytes:
    kind: pa.DataType = pa.int64()
    item: object = 1
    for _ in range(levels):
        kind, item = (pa.list_(kind), [item]) if as_lists else (pa.struct([("x", kind)]), {"x": item})
    sink = io.BytesIO()
    pq.write_table(pa.table({"plain": [1], "deep": pa.array([item], type=kind)}), sink)
    return sink.getvalue()


@pytest.mark.parametrize("as_lists", [True, False])
def test_nested_columns_are_read_as_json_and_too_deep_ones_are_named(tmp_path: Path, as_lists: bool) -> None:
    read = read_table(tmp_path, nested(20, as_lists=as_lists), "t.parquet")
    assert read.types == {"plain": "BIGINT", "deep": "VARCHAR"}
    for levels in (60, 300, 900):
        failure = read_table(tmp_path, nested(levels, as_lists=as_lists), "t.parquet").last.failure
        assert failure is not None
        assert "nested too deeply to be read: more than 50 levels" in failure.message

"""Whatever columns are called, no name of ours gets in their way."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.datasets.rows import RowReader
from modelyard.server.settings import Settings
from modelyard.server.storage import FileStore
from modelyard.worker.ingest.failures import unexpected
from tests.worker.uploading import Uploaded, upload

OURS = ["n", "N", "value", "total", "grouped", "stored", "batch", "place", "h", "text", "file_row_number_", "path"]
THEIRS = [
    "select",
    "order",
    "rowid",
    "filename",
    "__index__",
    "index",
    "level_0",
    "null",
    "true",
    "count",
    "*",
    "$path",
]
AWKWARD = ["a.b", "a", 'say "hi"', "it's", "{x}", "[0]", "a,b", "x" * 300, "日本", "b\nc", "%s", "?", "*"]
NAMES = st.one_of(
    st.sampled_from([*OURS, *THEIRS, *AWKWARD]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=12),
)


def rows_of(uploaded: Uploaded, sort: str | None) -> list[list[Any]]:
    """As the server shows them."""
    store = SimpleNamespace(local_path=lambda _key: uploaded.path)
    reader = RowReader(Settings(data_dir=uploaded.path.parent), cast("FileStore", store))
    record = SimpleNamespace(columns=uploaded.columns, size_bytes=0, row_count=3)
    version = cast("StoredVersion", SimpleNamespace(record=record, data_key="key"))
    try:
        return asyncio.run(reader.page(version, offset=0, limit=10, sort=sort, order="desc")).rows
    finally:
        reader.close()


@given(st.lists(NAMES, min_size=1, max_size=5, unique_by=lambda name: name.strip().casefold()), st.booleans())
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_name_is_read_shown_sorted_by_trained_on_and_predicted_with(
    tmp_path: Path, names: list[str], is_csv: bool
) -> None:
    columns: list[list[Any]] = [
        [3, 1, 2],
        ["$1", "$3", "$2"],
        ["x", "z", "y"],
        ["2020-01-01", "2020-03-01", "2020-02-01"],
    ]
    frame = pd.DataFrame({name: columns[place % 4] for place, name in enumerate(names)})
    content = frame.to_csv(index=False).encode() if is_csv else frame.to_parquet(index=False)
    uploaded = upload(tmp_path, content, "t.csv" if is_csv else "t.parquet")
    assert [column.name for column in uploaded.profile.columns] == [name.strip() for name in names]
    assert all(column.distinct_count == 3 for column in uploaded.profile.columns)
    shown = rows_of(uploaded, None)
    for place, column in enumerate(uploaded.columns):
        ordered = sorted(shown, key=lambda row, place=place: row[place], reverse=True)  # type: ignore[misc]
        assert rows_of(uploaded, column.name) == ordered
    np.testing.assert_array_equal(uploaded.model().encode(frame.rename(columns=str.strip)), uploaded.matrix())


@pytest.mark.parametrize("names", [["a", "A"], ["straße", "STRASSE"], ["file_row_number"], ["a\0b"]])
def test_names_that_cannot_be_told_apart_are_refused(tmp_path: Path, names: list[str]) -> None:
    frame = pd.DataFrame({name: [1] for name in names})
    with pytest.raises(Exception, match="The column names cannot be used"):
        upload(tmp_path, frame.to_parquet(index=False), "t.parquet")


def test_an_unexpected_fault_is_told_with_its_cause_and_without_paths() -> None:
    failure = unexpected(ValueError("no column\n  'n' in /srv/data/tmp/u-1/t.parquet"), Path("/srv/data/tmp"))
    assert failure.failure.message == "The table could not be read: ValueError: no column 'n' in /u-1/t.parquet"

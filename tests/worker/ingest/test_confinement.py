"""Reading a table touches nothing but its file, and says nothing of where that is."""

from pathlib import Path

import duckdb
import pytest

from modelyard.wire.errors import Problem
from modelyard.worker.ingest.confinement import confine
from modelyard.worker.ingest.failures import IngestError, told


def test_what_a_library_says_of_a_file_is_told_without_its_path() -> None:
    text = 'Cannot open file "/srv/data/tmp/u-1/source": file = arriving:///srv/data/tmp/u-1/source; value /srv/other'
    fault = IngestError(text, hint=text, problems=[Problem(path="row 1", message=text)])
    failure = told(fault.failure, Path("/srv/data/tmp"))
    expected = 'Cannot open file "the file": file = the file; value /srv/other'
    assert (failure.message, failure.hint, failure.problems[0].message) == (expected, expected, expected)


def test_duckdb_reads_what_it_is_given_and_nothing_else(tmp_path: Path) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    for folder in (given, other):
        folder.mkdir()
        (folder / "t.csv").write_text("a\n1\n")
    with duckdb.connect() as connection:
        confine(connection, "allowed_directories", [str(given)])
        assert connection.execute(f"SELECT a FROM read_csv('{given}/t.csv')").fetchall() == [(1,)]
        for statement in (
            f"SELECT a FROM read_csv('{other}/t.csv')",
            f"SELECT a FROM read_csv('{given}/../other/t.csv')",
            f"COPY (SELECT 1) TO '{other}/u.csv'",
            f"ATTACH '{other}/u.db'",
            "SELECT * FROM read_text('/proc/self/environ')",
            "SET allowed_directories = ['/']",
            "SET enable_external_access = true",
            "LOAD httpfs",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert [path.name for path in other.iterdir()] == ["t.csv"]

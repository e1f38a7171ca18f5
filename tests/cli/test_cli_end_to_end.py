"""The whole path on the real server: upload, train, watch, look, predict, download."""

import json
from pathlib import Path

import pandas as pd
import pytest
from sklearn import datasets as bundled
from typer.testing import CliRunner, Result

from modelyard.cli._exit_codes import ExitCode
from modelyard.cli.main import app
from tests.support.server import ModelyardServer


class Terminal:
    """Runs command lines in one project of the server."""

    def __init__(self, server: ModelyardServer, project: str) -> None:
        self.runner = CliRunner(env={"MODELYARD_URL": server.url, "MODELYARD_PROJECT": project})

    def run(self, *words: object, code: int = ExitCode.OK) -> Result:
        result = self.runner.invoke(app, [str(word) for word in words])
        assert result.exit_code == code, (words, result.output, result.exception)
        return result

    def read(self, *words: object) -> str:
        return self.run(*words).stdout


@pytest.fixture
def terminal(server: ModelyardServer, project: str) -> Terminal:
    return Terminal(server, project)


@pytest.fixture
def wine(tmp_path: Path) -> Path:
    frame = bundled.load_wine(as_frame=True).frame
    frame["cultivar"] = frame.pop("target").map({0: "first", 1: "second", 2: "third"})
    path = tmp_path / "wine.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_dataset_from_upload_to_deletion(terminal: Terminal, wine: Path, tmp_path: Path):
    assert terminal.read("datasets", "upload", "wine", wine) == "wine@1: 178 rows, 14 columns\n"
    assert "Nothing changed" in terminal.read("datasets", "upload", "wine", wine)
    assert terminal.read("datasets", "list", "-q") == "wine\n"
    assert terminal.read("datasets", "versions", "wine", "-q") == "wine@1\n"
    assert json.loads(terminal.read("datasets", "show", "wine", "--json"))["row_count"] == 178
    profile = {column["name"]: column for column in json.loads(terminal.read("datasets", "profile", "wine", "--json"))}
    assert profile["cultivar"]["distinct_count"] == 3
    rows = json.loads(terminal.read("datasets", "rows", "wine", "-n", 2, "--sort", "alcohol", "--descending", "--json"))
    assert [row["alcohol"] for row in rows] == [14.83, 14.75]
    terminal.run("datasets", "download", "wine@1", "-o", tmp_path / "wine.parquet")
    assert len(pd.read_parquet(tmp_path / "wine.parquet")) == 178
    terminal.run("datasets", "update", "wine", "-d", "Italian wines")
    assert "Italian wines" in terminal.read("datasets", "show", "wine")
    assert "dataset.uploaded\tdataset wine" in terminal.read("activity")
    terminal.run("datasets", "delete", "wine", "--yes")
    terminal.run("datasets", "show", "wine", code=ExitCode.NOT_FOUND)


def test_a_table_that_cannot_be_read_says_where(terminal: Terminal, tmp_path: Path):
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3\n")
    result = terminal.run("datasets", "upload", "ragged", tmp_path / "ragged.csv", code=ExitCode.INVALID_INPUT)
    assert "row 3" in result.stderr
    assert terminal.read("datasets", "list", "-q") == ""

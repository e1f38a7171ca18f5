"""`modelyard upload-model` and `client.models.upload` against a real server."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard import Client
from modelyard.cli.main import app
from modelyard.sdk import InvalidArgumentError
from tests.server.model_uploads.conftest import FILES
from tests.support.server import ModelyardServer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "saved model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "saved model"


def test_a_folder_and_a_zip_file_become_versions(server: ModelyardServer, project: str, folder: Path, tmp_path: Path):
    runner = CliRunner(env={"MODELYARD_URL": server.url, "MODELYARD_PROJECT": project})
    words = ["upload-model", "iris", str(folder), "--alias", "next", "--description", "From the cluster", "--json"]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    version = json.loads(result.stdout)
    assert (version["number"], version["description"], version["file_count"]) == (1, "From the cluster", 3)
    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for name, content in FILES.items():
            writer.writestr(f"iris/{name}", content)
    result = runner.invoke(app, ["upload-model", "iris", str(archive), "--semver", "3.0.0", "--quiet"])
    assert (result.exit_code, result.stdout.strip()) == (0, "iris/2"), result.output
    with Client(server.url, project) as client:
        assert client.models("iris").version("@next").number == 1
        fetched = client.resolve("iris/2").download(tmp_path / "fetched")
        assert {path.relative_to(fetched).as_posix() for path in fetched.rglob("*") if path.is_file()} == FILES.keys()


def test_what_is_no_model_leaves_nothing(server: ModelyardServer, project: str, folder: Path, tmp_path: Path):
    sent = []
    with Client(server.url, project) as client:
        (folder / "MLmodel").unlink()
        with pytest.raises(InvalidArgumentError, match="MLmodel"):
            client.models.upload("iris", folder, progress=lambda done, total: sent.append((done, total)))
        for path in (tmp_path / "none", tmp_path / "text.zip", tmp_path / "empty"):
            (tmp_path / "text.zip").write_text("no zip")
            (tmp_path / "empty").mkdir(exist_ok=True)
            with pytest.raises(InvalidArgumentError):
                client.models.upload("iris", path)
        assert list(client.models) == []
    assert sent[-1][0] == sent[-1][1] > 0

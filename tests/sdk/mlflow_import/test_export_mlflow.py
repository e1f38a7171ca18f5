"""What is here is at an MLflow server after an export, whole and once, as the stock client sees it."""

from pathlib import Path

import pytest

from modelyard.sdk import Client, InvalidArgumentError, NotFoundError
from modelyard.sdk.mlflow_import import ExportOptions, export_mlflow, import_mlflow
from tests.sdk.mlflow_import.reading import Made, describe
from tests.support import mlflow

pytestmark = pytest.mark.timeout(300)


def test_everything_goes_over_once(folder_source: Made, client: Client, mlflow_python: str, tmp_path: Path):
    assert import_mlflow(client, folder_source.uri).complete
    here = describe(mlflow_python, client.url, tmp_path, "exported")
    with mlflow.serving(mlflow_python, tmp_path) as uri:
        report = export_mlflow(client, uri)
        assert report.complete, report.record()
        assert describe(mlflow_python, uri, tmp_path, "exported") == here
        again = export_mlflow(client, uri)
        assert again.complete, again.record()
        assert (again.kinds["runs"].written, again.kinds["versions"].written) == (0, 0)
        assert again.kinds["runs"].before == report.kinds["runs"].written


def test_what_cannot_be_written_to_is_refused(client: Client):
    with pytest.raises(InvalidArgumentError, match="not the address of a server"):
        export_mlflow(client, "./mlruns")
    with pytest.raises(NotFoundError, match="'absent'"):
        export_mlflow(client, client.url, ExportOptions(experiments=["absent"]))

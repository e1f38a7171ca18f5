"""Traces that are here are at an MLflow server after an export, whole and once, as the stock client sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelyard.sdk import Client
from modelyard.sdk.mlflow_import import ExportOptions, export_mlflow, import_mlflow
from tests.sdk.mlflow_import.reading import Made, describe_traces
from tests.support import mlflow
from tests.support.server import ModelyardServer

pytestmark = pytest.mark.timeout(300)


class Traced:
    """A server with traces, to be changed by the protocol."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.run_id = self._find("2.0/mlflow/runs/search", "runs")[0]["info"]["run_id"]
        traces = self._find("3.0/mlflow/traces/search", "traces")
        self.judged = next(trace for trace in traces if trace.get("assessments"))
        self.failed = next(trace["trace_id"] for trace in traces if trace["state"] == "ERROR")

    def send(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        return dict(self._http.request(method, path, json=body).raise_for_status().json())

    def _find(self, path: str, kind: str) -> list[dict[str, Any]]:
        experiments = self.send("POST", "2.0/mlflow/experiments/search", max_results=100)["experiments"]
        keys = [experiment["experiment_id"] for experiment in experiments]
        places = [{"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": key}} for key in keys]
        where = {"locations": places} if kind == "traces" else {"experiment_ids": keys}
        return list(self.send("POST", path, max_results=100, **where)[kind])


@pytest.fixture
def traced(traced_folder: Made, client: Client, yard: ModelyardServer) -> Iterator[Traced]:
    assert import_mlflow(client, traced_folder.uri).complete
    with httpx.Client(base_url=f"{yard.url}/api", trust_env=False) as http:
        yield Traced(http)


def test_traces_go_over_once(traced: Traced, client: Client, mlflow_python: str, tmp_path: Path):
    traced.send("POST", "2.0/mlflow/traces/link-to-run", run_id=traced.run_id, trace_ids=[traced.failed])
    here = describe_traces(mlflow_python, client.url, tmp_path, "exported")
    with mlflow.serving(mlflow_python, tmp_path) as uri:
        tried = export_mlflow(client, uri, ExportOptions(dry_run=True))
        report = export_mlflow(client, uri)
        assert report.complete, report.record()
        assert describe_traces(mlflow_python, uri, tmp_path, "exported") == here
        assert tried.kinds["traces"].found == report.kinds["traces"].written == report.kinds["traces"].there

        judged = traced.judged["trace_id"]
        traced.send("PATCH", f"3.0/mlflow/traces/{judged}/tags", key="team", value="answers")
        overridden = next(each for each in traced.judged["assessments"] if each["assessment_name"] == "list")
        traced.send(
            "POST",
            f"3.0/mlflow/traces/{judged}/assessments",
            assessment={**overridden, "assessment_id": None, "overrides": overridden["assessment_id"]},
        )
        again = export_mlflow(client, uri)
        assert again.complete, again.record()
        assert again.kinds["traces"].written == 1
        assert again.kinds["traces"].before == report.kinds["traces"].written - 1
        now = describe_traces(mlflow_python, client.url, tmp_path, "exported")
        assert now != here
        assert describe_traces(mlflow_python, uri, tmp_path, "exported") == now

"""Every endpoint that the client knows: answered, or not there in the way that the client falls back on or reports."""

import re

import mlflow
import pytest
import requests
from mlflow.exceptions import MlflowException
from mlflow.protos.mlflow_artifacts_pb2 import MlflowArtifactsService
from mlflow.protos.model_registry_pb2 import ModelRegistryService
from mlflow.protos.service_pb2 import MlflowService
from mlflow.protos.webhooks_pb2 import WebhookService
from mlflow.tracking._tracking_service.utils import _get_store
from mlflow.utils.rest_utils import extract_all_api_info_for_service

PREFIX = "/api/2.0"
SERVICES = (MlflowService, ModelRegistryService, WebhookService, MlflowArtifactsService)
NOT_ANSWERED = re.compile(
    r"TraceInfo.|^(BatchGet|Get|Query|SearchUnified)Traces?(V3|Metrics)?$|^SearchTracesV3$|OnlineTrace|"
    r"TraceFilter|Assessment|Workspace|Issue|LabelSchema|^(Create|Get|Delete)Dataset|EvaluationDataset|^SetDatasetTags|"
    r"DatasetTag|DatasetRecords|DatasetExperimentIds|ToExperiments|FromExperiments|Scorer|Gateway|Guardrail|"
    r"PromptOptimization|ReviewQueue|UserQueue"
)
"""Names of what version 2.0 of the protocol does not have here, for now or ever. What it has is everything else."""

IN_VERSION_3 = re.compile(
    r"Trace(Tag|Info|Infos|s|)(V3)?$|TracesToRun|PromptsToTrace|Assessment|^(Create|Get|Delete)Dataset|EvaluationDatasets|"
    r"SetDatasetTags|UpsertDatasetRecords|ToExperiments|FromExperiments"
)
NOT_IN_VERSION_3 = re.compile(r"^EndTrace|^SearchTraces$|^SearchUnified|^GetTraceInfo$")

OTHERS = [
    ("GET", "/api/3.0/mlflow/workspaces"),
    ("GET", "/api/3.0/mlflow/mcp-servers"),
    ("GET", "/api/3.0/mlflow/skills"),
    ("POST", "/graphql"),
    ("GET", "/ajax-api/3.0/jobs/x"),
    ("GET", "/ajax-api/3.0/mlflow/gateway/supported-providers"),
    ("POST", "/ajax-api/3.0/mlflow/scorer/invoke"),
    ("POST", "/ajax-api/2.0/mlflow/runs/create-promptlab-run"),
    ("POST", "/api/2.0/mlflow/users/create"),
    ("GET", "/api/3.0/mlflow/roles/list"),
    ("POST", "/api/2.0/mlflow/experiments/permissions/create"),
]


def endpoints() -> list[tuple[str, str, str]]:
    """Name, method and path of each, with `x` for what the path names."""
    found = []
    for service in SERVICES:
        for message, places in extract_all_api_info_for_service(service, PREFIX).items():
            for path, method in places:
                concrete = re.sub(r"\{[^}]*\}|<[^>]*>", "x", path).replace("2.0mlflow", "2.0/mlflow")
                found.append((message.__name__, method, concrete))
    return found


def send(method: str, path: str) -> requests.Response:
    root = mlflow.get_tracking_uri()
    return requests.request(method, root + path, timeout=30, json=None if method == "GET" else {})


def is_json_object(response: requests.Response) -> bool:
    try:
        return isinstance(response.json(), dict)
    except ValueError:
        return False


@pytest.mark.parametrize(("name", "method", "path"), endpoints(), ids=lambda value: value)
@pytest.mark.parametrize("version", ["2.0", "3.0"])
def check_an_endpoint(name: str, method: str, path: str, version: str):
    response = send(method, path.replace("2.0", version, 1))
    assert response.status_code < 500, response.text
    there = is_json_object(response) or response.status_code != 404
    if path.startswith("/api/2.0/mlflow/"):
        in_3 = IN_VERSION_3.search(name) is not None and NOT_IN_VERSION_3.search(name) is None
        assert there is (NOT_ANSWERED.search(name) is None if version == "2.0" else in_3), response.text
    if response.status_code == 404 and there and "artifacts/" not in path:
        assert response.json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize(("method", "path"), OTHERS)
def check_what_only_the_stock_server_has(method: str, path: str):
    response = send(method, path)
    assert response.status_code < 500
    assert not is_json_object(response)


CALLS = {
    "list_scorers": ("0",),
    "get_issue": ("i-1",),
    "get_review_queue": ("q-1",),
}


@pytest.mark.parametrize("method", CALLS)
def check_the_client_says_that_it_is_not_there(method: str):
    with pytest.raises(MlflowException) as caught:
        getattr(_get_store(), method)(*CALLS[method])
    assert caught.value.error_code in ("ENDPOINT_NOT_FOUND", "RESOURCE_DOES_NOT_EXIST")

"""Semantic versions of what the `mlflow` client registers without giving one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.tracking.logged import Logged
from tests.server.tracking.test_registered_files import create
from tests.server.tracking.test_run_artifacts import upload
from tests.server.tracking.test_run_models import mlmodel


@pytest.fixture
def run(logged: Logged) -> str:
    return logged.run(logged.experiment("e"))


def tags(logged: Logged, number: int) -> dict[str, str]:
    """What the client sees."""
    version = logged.read_mlflow("model-versions/get", name="m", version=str(number))["model_version"]
    return {tag["key"]: tag["value"] for tag in version.get("tags", [])}


def test_a_registered_version_gets_the_smallest_that_its_signature_allows(logged: Logged, run: str):
    signatures = [
        (mlmodel({"a": "double"}), "1.0.0"),
        (mlmodel({"a": "double"}), "1.0.1"),
        (mlmodel({"a": "double", "b": "long"}, optional=("b",)), "1.1.0"),
        (mlmodel({"b": "long"}), "2.0.0"),
        (b"flavors: {}", None),
        (mlmodel({"b": "long"}), "2.0.1"),
    ]
    for number, (content, expected) in enumerate(signatures, start=1):
        upload(logged, run, f"m{number}/MLmodel", content)
        assert create(logged, f"runs:/{run}/m{number}", run_id=run) == number
        assert logged.read(f"models/m/versions/{number}")["semver"] == expected
        assert tags(logged, number).get("modelyard.semver") == expected
    listed = [version["semver"] for version in logged.read("models/m/versions", order="asc")["items"]]
    assert listed == [expected for _, expected in signatures]
    exact = logged.read_mlflow("registered-models/alias", name="m", alias="1.1.0")["model_version"]
    assert exact["version"] == "3"


def test_one_that_is_given_counts_and_one_elsewhere_gets_none(logged: Logged, run: str):
    upload(logged, run, "net/MLmodel", mlmodel({"a": "double"}))
    create(logged, f"runs:/{run}/net", run_id=run, tags=[{"key": "gitlab.version", "value": "3.1.0"}])
    create(logged, "s3://bucket/model")
    create(logged, f"runs:/{run}/net", run_id=run)
    create(logged, f"runs:/{run}/nothing", run_id=run)
    found = [logged.read(f"models/m/versions/{number}")["semver"] for number in (1, 2, 3, 4)]
    assert found == ["3.1.0", None, "3.1.1", None]


def test_versions_that_are_registered_at_once_get_different_ones(logged: Logged, run: str):
    upload(logged, run, "net/MLmodel", mlmodel({"a": "double"}))
    logged.mlflow("registered-models/create", name="m")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: create(logged, f"runs:/{run}/net", run_id=run), range(12)))
    found = {version["semver"] for version in logged.read("models/m/versions")["items"]}
    assert found == {f"1.0.{patch}" for patch in range(12)}


def test_a_source_that_is_no_address_is_refused(logged: Logged):
    logged.mlflow("registered-models/create", name="m")
    url = f"{logged.url}/projects/{logged.project}/api/2.0/mlflow/model-versions/create"
    answer = logged.http.post(url, json={"name": "m", "source": "http://[nonsense"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")

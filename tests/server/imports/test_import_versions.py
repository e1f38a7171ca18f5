"""Imported versions as the native API shows them."""

from typing import Any

import httpx
import pytest

from tests.server.imports.test_import_records import Importing, model, version


@pytest.fixture
def importing(http: httpx.Client, project: str) -> Importing:
    return Importing(http, project)


def listed(importing: Importing, name: str, **params: Any) -> dict[int, dict[str, Any]]:
    answer = importing.http.get(f"projects/{importing.project}/models/{name}/versions", params=params)
    assert answer.status_code == 200, answer.text
    return {item["number"]: item for item in answer.json()["items"]}


def default_of(importing: Importing, name: str) -> list[int]:
    return [number for number, item in listed(importing, name).items() if item["is_default"]]


def test_the_newest_imported_version_that_is_ready_is_the_default(importing: Importing):
    failed = version("churn", 3, status="FAILED_REGISTRATION", status_message="no files")
    importing.send(model("churn"), version("churn", 1), version("churn", 2), failed)
    assert default_of(importing, "churn") == [2]
    assert importing.send(version("churn", 3))["merged"] == {"version": 1}
    assert default_of(importing, "churn") == [3]
    importing.send(failed)
    assert default_of(importing, "churn") == [2]


def test_an_older_version_that_comes_later_does_not_become_the_default(importing: Importing):
    importing.send(model("churn"), version("churn", 5))
    importing.send(version("churn", 4))
    assert default_of(importing, "churn") == [5]
    made = importing.mlflow("POST", "model-versions/create", name="churn", source="s3://bucket/x")["model_version"]
    assert made["version"] == "6"
    assert default_of(importing, "churn") == [6]


def test_a_search_finds_the_description_of_the_last_import(importing: Importing):
    importing.send(model("churn"), version("churn", 1, description="first words"))
    importing.send(version("churn", 1, description="Second Thoughts"))
    assert set(listed(importing, "churn", search="second thoughts")) == {1}
    assert set(listed(importing, "churn", search="first words")) == set()
    assert set(listed(importing, "churn", search="ann")) == {1}


def test_a_semantic_version_that_is_taken_is_refused_and_one_that_is_none_is_passed_over(importing: Importing):
    importing.send(model("churn"), version("churn", 1, tags={"modelyard.semver": "1.0.0"}))
    refused = importing.send(
        version("churn", 2, tags={"gitlab.version": "1.0.0"}), version("churn", 3, tags={"gitlab.version": "no semver"})
    )
    assert [failure["message"] for failure in refused["failures"]] == [
        "Version 1 of 'churn' has the semantic version 1.0.0 already."
    ]
    assert {number: item["semver"] for number, item in listed(importing, "churn").items()} == {1: "1.0.0", 3: None}

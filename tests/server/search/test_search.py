"""The search box."""

import io

import httpx
import pytest


def _names(http: httpx.Client, project: str, text: str) -> list[tuple[str, str]]:
    hits = http.get(f"projects/{project}/search", params={"q": text}).raise_for_status().json()["hits"]
    return [(hit["kind"], hit["name"]) for hit in hits]


@pytest.fixture
def furnished(http: httpx.Client, project: str) -> str:
    for name, description in (("churn", "who leaves"), ("churn-eu", ""), ("fraud", "not churn"), ("Iris_x", "50%")):
        http.post(f"projects/{project}/models", json={"name": name, "description": description}).raise_for_status()
    table = io.BytesIO(b"a,b\n1,2\n3,4\n")
    http.post(
        f"projects/{project}/datasets/churn-table/versions", params={"filename": "t.csv"}, content=table.read()
    ).raise_for_status()
    return project


def test_exact_names_come_first_then_starts_then_descriptions(http: httpx.Client, furnished: str):
    found = _names(http, furnished, "Churn")
    assert found[0] == ("model", "churn")
    assert set(found[1:3]) == {("model", "churn-eu"), ("dataset", "churn-table")}
    assert found[3] == ("model", "fraud")


@pytest.mark.parametrize(("text", "expected"), [("iris_", ["Iris_x"]), ("50%", ["Iris_x"]), ("ir%x", []), ("zzz", [])])
def test_special_characters_are_ordinary(http: httpx.Client, furnished: str, text: str, expected: list[str]):
    assert [name for _, name in _names(http, furnished, text)] == expected


def test_an_empty_text_finds_what_changed_last(http: httpx.Client, furnished: str):
    assert _names(http, furnished, "")[0] == ("dataset", "churn-table") or len(_names(http, furnished, "")) == 5

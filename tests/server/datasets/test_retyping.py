"""Other types for columns, in a new version."""

from typing import Any

import httpx
import pytest


@pytest.fixture
def path(upload, datasets: str) -> str:
    """The path of a version with an ambiguous date and a grade."""
    assert upload("day,grade\n07/08/2021,1\n01/02/2021,2\n").status_code == 201
    return f"{datasets}/table/versions"


def test_a_column_gets_another_type_in_a_new_version(path: str, http: httpx.Client):
    note = http.get(f"{path}/1/profile").json()["columns"][0]["notes"][-1]
    assert "ambiguous" in note
    change: dict[str, Any] = {"column": "day", "feature_type": "date", "format": {"date_formats": ["%d/%m/%Y"]}}
    answer = http.post(f"{path}/1/retype", json={"changes": [change, {"column": "grade", "feature_type": "category"}]})
    assert answer.status_code == 201, answer.text
    version = answer.json()["version"]
    assert (version["number"], version["source_name"]) == (2, "table.csv")
    assert [column["feature_type"] for column in version["columns"]] == ["date", "category"]
    assert version["columns"][0]["format"]["date_formats"] == ["%d/%m/%Y"]
    assert http.get(f"{path}/2/rows").json()["rows"] == [["2021-08-07", 1], ["2021-02-01", 2]]
    assert http.get(f"{path}/1/rows").json()["rows"] == [["2021-07-08", 1], ["2021-01-02", 2]]
    profile = http.get(f"{path}/2/profile").json()
    assert [column["notes"] for column in profile["columns"]] == [
        ["The type date was chosen, read in the format %d/%m/%Y; before, it was date."],
        ["The type category was chosen; before, it was binary."],
    ]
    again = http.post(f"{path}/2/retype", json={"changes": [{"column": "grade", "feature_type": "category"}]})
    assert (again.status_code, again.json()["created"]) == (200, False)


def test_the_same_file_afterwards_is_read_as_before(path: str, http: httpx.Client, upload):
    http.post(f"{path}/1/retype", json={"changes": [{"column": "grade", "feature_type": "category"}]})
    assert upload("day,grade\n07/08/2021,1\n01/02/2021,2\n").json()["version"]["number"] == 3


def test_a_value_that_does_not_fit_is_named(path: str, http: httpx.Client):
    answer = http.post(f"{path}/latest/retype", json={"changes": [{"column": "grade", "feature_type": "date"}]})
    assert answer.status_code == 422
    assert answer.json()["error"]["problems"][0]["path"] == "grade"
    assert http.get(path).json()["total"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"column": "other", "feature_type": "text"}],
        [{"column": "day", "feature_type": "text"}, {"column": "day", "feature_type": "date"}],
        [{"column": "day", "feature_type": "color"}],
        [{"column": "day", "feature_type": "date", "format": {"date_formats": ["%Q"]}}],
        [{"column": "day", "feature_type": "date", "format": {"formats": []}}],
    ],
)
def test_changes_that_cannot_be_made_are_refused(path: str, http: httpx.Client, changes: list[dict[str, Any]]):
    answer = http.post(f"{path}/1/retype", json={"changes": changes})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_argument"

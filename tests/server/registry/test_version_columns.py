"""The list of versions with columns of the runs that made them, aliases and tags."""

from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    """A model `m` with four versions: of three runs, the second without a loss and the third with NaN, and of none."""
    made = Logged(server, http, project)
    experiment = made.experiment("e")
    made.mlflow("registered-models/create", name="m")
    for params, metrics in [
        ({"depth": "3", "zeta": "b"}, {"loss": 0.5, "a.b": 1.0}),
        ({"depth": "1"}, {}),
        ({"depth": "2"}, {"loss": "NaN"}),
    ]:
        run = made.run(experiment, params=params, metrics=metrics)
        made.mlflow("model-versions/create", name="m", source=f"runs:/{run}/model", run_id=run)
    made.mlflow("model-versions/create", name="m", source="s3://bucket/m")
    made.mlflow("registered-models/alias", name="m", alias="prod", version="1")
    made.mlflow("model-versions/set-tag", name="m", version="1", key="team", value="red")
    return made


def rows(logged: Logged, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = logged.read("models/m/versions", **query)["items"]
    return items


def test_chosen_columns_aliases_and_tags_are_answered(logged: Logged):
    first = rows(logged, show=["run_metrics.loss", "run_metrics.a.b", "run_params.depth"])[-1]
    assert first["run_metrics"] == {"loss": 0.5, "a.b": 1.0}
    assert first["run_params"] == {"depth": "3"}
    assert first["aliases"] == ["prod"]
    assert first["tags"] == {"team": "red"}
    newest = rows(logged, show="run_metrics.loss")[0]
    assert [newest[key] for key in ("run_metrics", "run_params", "aliases", "tags")] == [{}, {}, [], {}]
    assert rows(logged, show="run_metrics.loss")[1]["run_metrics"] == {"loss": "NaN"}
    assert rows(logged)[-1]["run_metrics"] == {}


def test_the_names_of_the_columns_are_listed(logged: Logged):
    assert logged.read("models/m/columns") == {"run_metrics": ["a.b", "loss"], "run_params": ["depth", "zeta"]}


@pytest.mark.parametrize(
    ("sort", "upwards", "downwards"),
    [
        ("run_metrics.loss", [1, 2, 3, 4], [1, 4, 3, 2]),
        ("run_params.depth", [2, 3, 1, 4], [1, 3, 2, 4]),
        ("updated_at", None, None),
        ("created_by", None, None),
        ("trainer", None, None),
        ("target", None, None),
    ],
)
def test_a_column_sorts_both_ways_page_by_page(
    logged: Logged, sort: str, upwards: list[int] | None, downwards: list[int] | None
):
    for order, expected in [("asc", upwards), ("desc", downwards)]:
        numbers: list[int] = []
        token = None
        while True:
            query: dict[str, str] = {"page_token": token} if token else {}
            page = logged.read("models/m/versions", sort=sort, order=order, limit=1, **query)
            numbers += [row["number"] for row in page["items"]]
            token = page["next_page_token"]
            if token is None:
                break
        assert sorted(numbers) == [1, 2, 3, 4]
        if expected is not None:
            assert numbers == expected


def test_a_run_that_made_several_models_lends_its_values_to_none(logged: Logged):
    experiment = logged.experiment("several")
    run = logged.run(experiment, metrics={"loss": 0.1})
    for name in ("one", "two"):
        logged.mlflow("logged-models", experiment_id=experiment, name=name, source_run_id=run)
    logged.mlflow("model-versions/create", name="m", source=f"runs:/{run}/one", run_id=run)
    assert rows(logged, show="run_metrics.loss")[0]["run_metrics"] == {}


@pytest.mark.parametrize("query", [{"show": "loss"}, {"show": "run_metrics."}, {"sort": "metrics.loss"}])
def test_what_is_no_column_is_refused(logged: Logged, query: dict[str, str]):
    answer = logged.http.get(f"projects/{logged.project}/models/m/versions", params=query)
    assert answer.status_code == 400


def test_tags_are_changed_by_key(logged: Logged):
    changed = logged.change("PATCH", "models/m/versions/1", {"tags": {"team": None, "stage": "night"}})
    assert changed["tags"] == {"stage": "night"}
    assert changed["aliases"] == ["prod"]
    assert rows(logged)[-1]["tags"] == {"stage": "night"}
    version = logged.read_mlflow("model-versions/get", name="m", version="1")["model_version"]
    assert version["tags"] == [{"key": "stage", "value": "night"}]
    refused = logged.send("PATCH", "models/m/versions/1", {"tags": {"": "x"}})
    assert refused.status_code == 400

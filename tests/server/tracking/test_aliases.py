"""Aliases over the native API: moved with a reason, kept in a history, rolled back, protected."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged


@pytest.fixture
def models(logged: Logged) -> Logged:
    """Models m and n with three versions each."""
    for model in ("m", "n"):
        logged.mlflow("registered-models/create", name=model)
        for _ in range(3):
            logged.mlflow("model-versions/create", name=model, source="s3://bucket/model")
    return logged


def put(logged: Logged, version: int, alias: str = "prod", model: str = "m", **body: Any) -> httpx.Response:
    return logged.send("PUT", f"models/{model}/aliases/{alias}", {"version": version, **body})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_an_alias_is_set_moved_rolled_back_and_removed(models: Logged):
    first = put(models, 1, message="The first.").json()
    assert (first["version"], first["changed_by"], first["message"]) == (1, "local", "The first.")
    put(models, 3, message="Better.")
    shown = models.read_mlflow("registered-models/alias", name="m", alias="prod")["model_version"]
    assert (shown["version"], shown["aliases"]) == ("3", ["prod"])
    back = models.change("POST", "models/m/aliases/prod/rollback", {"message": "Wrong."})
    assert back["version"] == 1
    assert models.send("DELETE", "models/m/aliases/prod?message=Gone.").status_code == 204
    history = models.read("models/m/aliases/prod/history")
    assert [(change["version"], change["message"]) for change in history] == [
        (None, "Gone."),
        (1, "Wrong."),
        (3, "Better."),
        (1, "The first."),
    ]
    assert models.read("models/m/aliases") == []
    assert code(models.send("DELETE", "models/m/aliases/prod")) == (404, "not_found")
    assert models.change("POST", "models/m/aliases/prod/rollback", {})["version"] == 1


def test_there_must_be_something_to_roll_back_to(models: Logged):
    put(models, 1)
    assert code(models.send("POST", "models/m/aliases/prod/rollback", {})) == (409, "invalid_state")


@pytest.mark.parametrize("alias", ["latest", "LATEST", "3", "v3", "1.2.0", "^1.2", "~1", "prod~2026-01-31", "a%20b"])
def test_a_name_that_would_hide_a_version_is_refused(models: Logged, alias: str):
    assert code(put(models, 1, alias)) == (400, "invalid_argument")
    assert code(models.send("PUT", f"models/m/aliases/{alias}/protection", {"is_protected": True}))[0] == 400


def test_of_two_who_move_it_at_once_one_is_told(models: Logged):
    assert code(put(models, 1, expected=2)) == (409, "alias_moved")
    assert put(models, 1, expected=0).is_success
    assert code(put(models, 2, expected=0)) == (409, "alias_moved")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda index: put(models, 2 + index % 2, expected=1), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert code(models.send("DELETE", "models/m/aliases/prod?expected=1")) == (409, "alias_moved")


def test_one_alias_on_all_models(models: Logged):
    put(models, 1)
    put(models, 2, model="n", message="Live.")
    put(models, 3, "dev")
    board = models.read("aliases/prod")
    assert [(entry["model"], entry["version"], entry["message"]) for entry in board] == [
        ("m", 1, ""),
        ("n", 2, "Live."),
    ]
    assert models.read("aliases/nobody") == []


def test_a_version_that_is_not_there_and_a_mark(models: Logged):
    assert put(models, 9).status_code == 404
    models.change("PUT", "models/m/aliases/prod/protection", {"is_protected": True})
    assert put(models, 1).json()["is_protected"] is True
    models.change("PUT", "models/m/aliases/prod/protection", {"is_protected": False})
    assert models.read("models/m/aliases")[0]["is_protected"] is False
    assert {"model.alias_protected", "model.alias_unprotected", "model.alias_set"} <= set(models.actions("model"))

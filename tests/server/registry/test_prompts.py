"""Prompts have a list and versions of their own, and are not among the models."""

from typing import Any

import httpx
import pytest

from tests.server.tracking.logged import Logged, error
from tests.support.server import ModelyardServer


@pytest.fixture
def logged(server: ModelyardServer, http: httpx.Client, project: str) -> Logged:
    return Logged(server, http, project)


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def prompt(logged: Logged, name: str, *texts: str, **tags: str) -> None:
    """As the MLflow client registers a prompt and its versions."""
    marked = {"mlflow.prompt.is_prompt": "true"}
    logged.mlflow("registered-models/create", name=name, tags=pairs({**marked, **tags}))
    for number, text in enumerate(texts, 1):
        kind = {"_mlflow_prompt_type": "chat" if text.startswith("[") else "text", "mlflow.prompt.text": text}
        logged.mlflow(
            "model-versions/create",
            name=name,
            source="dummy-source",
            description=f"change {number}",
            tags=pairs({**marked, **kind, "author": "ada"}),
        )


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_prompts_are_in_their_own_list_and_not_among_the_models(logged: Logged):
    logged.mlflow("registered-models/create", name="model")
    prompt(logged, "ask", "Answer {{question}}", "Answer {{question}} briefly", team="x")
    prompt(logged, "greet")
    found = logged.read("models")
    assert (names(found), found["total"]) == (["model"], 1)
    found = logged.read("prompts", sort="name", order="asc")
    assert (names(found), found["total"]) == (["ask", "greet"], 2)
    assert names(logged.read("prompts", search="ASK")) == ["ask"]
    ask, greet = found["items"]
    assert (ask["version_count"], ask["latest_number"], ask["tags"]) == (2, 2, {"team": "x"})
    assert (greet["version_count"], greet["latest_number"]) == (0, None)
    assert logged.read("prompts/ask") == ask
    error(logged.get("prompts/model"), 404, "not_found")


def test_prompts_are_paged_in_their_order(logged: Logged):
    for name in "cab":
        prompt(logged, name)
    first = logged.read("prompts", sort="name", order="desc", limit=2)
    rest = logged.read("prompts", sort="name", order="desc", limit=2, page_token=first["next_page_token"])
    assert (names(first), names(rest), rest["next_page_token"]) == (["c", "b"], ["a"], None)


def test_versions_of_a_prompt_show_their_text_and_what_names_them(logged: Logged):
    chat = '[{"role": "user", "content": "{{question}}"}]'
    prompt(logged, "ask", "Answer {{question}}", chat)
    logged.mlflow("registered-models/alias", name="ask", alias="production", version="1")
    newest, oldest = logged.read("prompts/ask/versions")["items"]
    assert (newest["number"], newest["template"], newest["kind"]) == (2, chat, "chat")
    assert (oldest["number"], oldest["template"], oldest["kind"]) == (1, "Answer {{question}}", "text")
    assert (oldest["commit_message"], oldest["aliases"], newest["aliases"]) == ("change 1", ["production"], [])
    assert oldest["tags"] == {"author": "ada"}
    assert logged.read("prompts/ask")["aliases"] == [{"alias": "production", "number": 1}]
    error(logged.get("prompts/none/versions"), 404, "not_found")


def test_experiments_of_models_are_told_apart(logged: Logged):
    experiment = logged.experiment("mine")
    logged.change("POST", "models", {"name": "m"})
    found = {item["name"]: item["model"] for item in logged.read("experiments")["items"]}
    assert found == {"mine": None, "[model]m": "m"}
    assert names(logged.read("experiments", of_models=False)) == ["mine"]
    assert names(logged.read("experiments", of_models=True)) == ["[model]m"]
    assert logged.read(f"experiments/{experiment}")["model"] is None
    named = logged.experiment("[model]not one")
    assert logged.read(f"experiments/{named}")["model"] is None
    assert "[model]not one" in names(logged.read("experiments", of_models=False))


def test_the_search_finds_prompts_as_prompts_and_none_of_their_versions(logged: Logged):
    logged.mlflow("registered-models/create", name="ask-model")
    prompt(logged, "ask", "Answer {{question}}")
    logged.mlflow("registered-models/alias", name="ask", alias="asked", version="1")
    for text in ("ask", "ask/1", "change 1", "@asked", ""):
        hits = logged.read("search", q=text)["hits"]
        assert ("version", "ask") not in {(hit["kind"], hit["name"]) for hit in hits}
        assert ("model", "ask") not in {(hit["kind"], hit["name"]) for hit in hits}
    found = [(hit["kind"], hit["name"]) for hit in logged.read("search", q="ask")["hits"]]
    assert found == [("prompt", "ask"), ("model", "ask-model")]

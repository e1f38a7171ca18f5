"""Suggestions over HTTP: trained as they are, remembered, left out once tried, and judged afterwards."""

import pytest

from tests.server.copilot.conftest import Bench, config


def train(bench: Bench, number: int, rule: str, *, test: float) -> int:
    """Trains a suggestion for a version as the page does."""
    item = bench.suggestion(number, rule)
    return bench.ready(item["config"], scores=(0.95, test), parent=number, suggestion=item["id"])


def test_a_trained_suggestion_is_remembered_left_out_and_judged(bench: Bench):
    first = bench.ready(config(), scores=(0.99, 0.6))
    second = train(bench, first, "overfit", test=0.9)
    outcome = bench.suggestions(second)["outcome"]
    assert (outcome["id"], outcome["rule"]) == ("overfit:smaller_trees", "overfit")
    assert (outcome["parent"], outcome["number"], outcome["verdict"]) == (first, second, "better")
    assert (outcome["before"], outcome["after"], outcome["metric"]) == (0.6, 0.9, "roc_auc")
    assert 0 < outcome["noise"] < 0.3
    answer = bench.suggestions(first)
    (tried,) = answer["tried"]
    assert (tried["number"], tried["verdict"], tried["id"]) == (second, "better", "overfit:smaller_trees")
    assert tried["title"].startswith("Less overfitting: trees of 15 leaves")
    assert "overfit:smaller_trees" not in [item["id"] for item in answer["suggestions"]]
    assert answer["outcome"] is None


@pytest.mark.parametrize(("test", "verdict"), [(0.4, "worse"), (0.62, "within_noise"), (0.58, "within_noise")])
def test_a_small_difference_is_noise(bench: Bench, test: float, verdict: str):
    first = bench.ready(config(), scores=(0.99, 0.6))
    second = train(bench, first, "overfit", test=test)
    outcome = bench.suggestions(second)["outcome"]
    assert outcome["verdict"] == verdict, outcome
    assert verdict.replace("_", " ") in outcome["text"]


def test_metrics_of_other_rows_are_not_compared(bench: Bench):
    first = bench.ready(config(preprocessing={"split": {"type": "random"}}), scores=(0.99, 0.95))
    second = train(bench, first, "time_order", test=0.6)
    outcome = bench.suggestions(second)["outcome"]
    assert (outcome["verdict"], outcome["noise"]) == ("not_comparable", None)


def test_a_metric_without_its_leak_is_not_worse(bench: Bench):
    first = bench.ready(config("even", ("x", "number"), ("copy", "category")), scores=(1.0, 1.0))
    second = train(bench, first, "leaky_column", test=0.6)
    outcome = bench.suggestions(second)["outcome"]
    assert (outcome["verdict"], outcome["noise"]) == ("not_comparable", None)
    assert "column that tells the target" in outcome["text"]


def test_a_suggestion_in_training_is_pending_and_its_failure_is_said(bench: Bench):
    first = bench.ready(config(), scores=(0.99, 0.6))
    item = bench.suggestion(first, "overfit")
    second = bench.train(item["config"], dataset="odd", parent=first, suggestion=item["id"])["number"]
    (tried,) = bench.suggestions(first)["tried"]
    assert (tried["verdict"], tried["status"]) == ("pending", "Queued")
    worker = bench.worker(second)
    worker.start()
    worker.finish("Failed", error_code="trainer_error", error_message="no")
    worker.end()
    (tried,) = bench.suggestions(first)["tried"]
    assert tried["verdict"] == "not_finished"
    assert bench.suggestions(second)["suggestions"] == []
    assert bench.suggestions(second)["unknown"] == [
        "The version is Failed. Suggestions come when a training has ended well."
    ]


def test_a_config_that_somebody_trained_anyway_is_left_out(bench: Bench):
    first = bench.ready(config(), scores=(0.99, 0.6))
    item = bench.suggestion(first, "overfit")
    backend = {"backend": {"max_retries": 2}}  # how a job is run makes no other experiment
    second = bench.ready(item["config"] | backend, scores=(0.9, 0.61))
    answer = bench.suggestions(first)
    assert item["id"] not in [other["id"] for other in answer["suggestions"]]
    assert [(tried["id"], tried["number"]) for tried in answer["tried"]] == [(item["id"], second)]
    assert bench.suggestions(second)["outcome"] is None


def test_several_suggestions_change_one_thing_each(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("copy", "category"), ("customer_id", "category")))
    items = bench.suggestions(number)["suggestions"]
    by_rule = {item["rule"]: item for item in items}
    assert [change["path"] for change in by_rule["leaky_column"]["changes"]] == ["input_features[copy]"]
    assert [change["path"] for change in by_rule["identifier_column"]["changes"]] == ["input_features[customer_id]"]
    assert len({item["id"] for item in items}) == len(items)


def test_a_suggestion_whose_config_could_not_be_trained_is_not_offered(bench: Bench):
    number = bench.ready(config("even", ("copy", "category")))
    assert "leaky_column" not in bench.rules(number), "no input would be left"


def test_the_cost_is_taken_from_the_version_it_starts_from(bench: Bench):
    given = config() | {"trainer": {"num_boost_round": 20}}
    number = bench.ready(given, best_iteration=20)
    steps = {step["step"]: step["duration_ms"] for step in bench.version(number)["timeline"]}
    took = sum(duration for step, duration in steps.items() if step != "Queued")
    cost = bench.suggestion(number, "longer_training")["cost"]
    assert cost["duration_ms"] == took + 3 * steps["Training"]
    assert f"#{number} took" in cost["text"]
    assert bench.suggestion(number, "other_trainer")["cost"]["duration_ms"] is None


def test_of_a_registered_version_it_says_what_it_cannot_know(bench: Bench):
    bench.http.post(f"{bench.path}/models", json={"name": bench.model}).raise_for_status()
    created = bench.http.post(
        f"{bench.server.url}/api/2.0/mlflow/model-versions/create",
        json={"name": bench.model, "source": "s3://elsewhere/model"},
    )
    created.raise_for_status()
    answer = bench.suggestions(1)
    assert (answer["suggestions"], answer["tried"], answer["outcome"]) == ([], [], None)
    (reason,) = answer["unknown"]
    assert "registered, not trained here" in reason


def test_what_is_not_recorded_is_said(bench: Bench):
    unknown = " ".join(bench.suggestions(bench.ready(config()))["unknown"])
    assert "no learning curve" in unknown
    assert "no evaluation report" in unknown
    assert "no explanation" in unknown


@pytest.mark.parametrize(
    ("request_fields", "message"),
    [
        ({"suggestion": "overfit"}, "parent"),
        ({"suggestion": "magic", "parent": 1}, "names no rule"),
        ({"suggestion": "overfit:" + "x" * 200, "parent": 1}, "200"),
    ],
)
def test_a_suggestion_names_a_rule_and_a_parent(bench: Bench, request_fields: dict[str, object], message: str):
    body = {"config": config(), "dataset": "odd", **request_fields}
    answer = bench.http.post(f"{bench.model_path}/versions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_argument")
    assert message in answer.text


def test_a_tag_that_names_no_rule_is_no_outcome(bench: Bench):
    first = bench.ready(config())
    second = bench.ready(config() | {"trainer": {"num_leaves": 9}}, parent=first)
    tag = {"name": bench.model, "version": str(second), "key": "modelyard.suggestion", "value": "hocus"}
    bench.http.post(f"{bench.server.url}/api/2.0/mlflow/model-versions/set-tag", json=tag).raise_for_status()
    assert bench.suggestions(second)["outcome"] is None
    assert bench.suggestions(first)["tried"] == []


@pytest.mark.parametrize(("number", "status"), [("99", 404), ("abc", 400), ("0", 400)])
def test_a_version_that_does_not_exist(bench: Bench, number: str, status: int):
    bench.http.post(f"{bench.path}/models", json={"name": bench.model}).raise_for_status()
    answer = bench.http.get(f"{bench.model_path}/versions/{number}/suggestions")
    assert answer.status_code == status, answer.text

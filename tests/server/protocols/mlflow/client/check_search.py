"""Searching runs through the unmodified client."""

import uuid

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException


@pytest.fixture(scope="module")
def filled(tracking_uri: str) -> str:
    """An experiment with runs a to f by name, started one after the other; the odd ones have ended."""
    client = MlflowClient(tracking_uri)
    experiment: str = client.create_experiment(f"search-{uuid.uuid4().hex[:8]}")
    for index, name in enumerate("abcdef"):
        run = client.create_run(experiment, run_name=name, start_time=1000 + index).info.run_id
        metrics = [Metric("acc", index / 10, 1, 0), Metric("odd key", index % 2, 1, 0)]
        if name == "e":
            metrics = [Metric("acc", float("nan"), 1, 0)]
        if name == "f":
            metrics = []
        client.log_batch(run, metrics, [Param("model", "tree" if index < 3 else "Linear")], [RunTag("n", str(index))])
        if index % 2:
            client.set_terminated(run, end_time=5000 + index)
    return experiment


@pytest.mark.parametrize(
    ("filter_string", "names"),
    [
        ("", "fedcba"),
        ("metrics.acc > 0.1", "dc"),
        ("metrics.acc != 0.1", "edca"),
        ("metrics.`odd key` = 1", "db"),
        ('metrics."odd key" = 1 AND params.model = "tree"', "b"),
        ("params.model LIKE 'L%'", "fed"),
        ("params.model LIKE 'l%'", ""),
        ("params.model ILIKE 'l%'", "fed"),
        ("params.model != 'tree'", "fed"),
        ("tags.nothing IS NULL AND tags.n IS NOT NULL", "fedcba"),
        ("tags.nothing IS NOT NULL", ""),
        ("attributes.status = 'FINISHED'", "fdb"),
        ("status != 'FINISHED'", "eca"),
        ("run_name IN ('a', 'b')", "ba"),
        ("`run name` = 'c'", "c"),
        ("start_time >= 1004", "fe"),
        ("end_time > 0", "fdb"),
        ("NOT end_time > 5001", "ecba"),
        ("tags.n = '1' OR tags.n = '4'", "eb"),
        ("(tags.n = '1' OR tags.n = '4') AND NOT metrics.acc > 0", "e"),
        ("NOT (params.model = 'tree' OR run_name = 'f')", "ed"),
    ],
)
def check_filters(client: MlflowClient, filled: str, filter_string: str, names: str):
    found = client.search_runs([filled], filter_string)
    assert "".join(run.info.run_name for run in found) == names


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        (["metrics.acc DESC"], "dcbaef"),
        (["metrics.acc ASC"], "abcdef"),
        (["params.model", "run_name"], "defabc"),
        (["attributes.end_time"], "bdfeca"),
        (["end_time DESC"], "fdbeca"),
        (["start_time ASC"], "abcdef"),
        (["metrics.`odd key` DESC", "tags.n DESC"], "dbcafe"),
    ],
)
def check_orders_page_by_page(client: MlflowClient, filled: str, order_by: list[str], names: str):
    for size in (1, 4, 6, 100):
        found = ""
        token = None
        while True:
            page = client.search_runs([filled], order_by=order_by, max_results=size, page_token=token)
            found += "".join(run.info.run_name for run in page)
            token = page.token
            if token is None:
                break
        assert found == names, f"pages of {size}"


def check_runs_of_several_experiments(client: MlflowClient, name: str):
    ids = [client.create_experiment(f"{name}-{index}") for index in range(3)]
    for index in range(9):
        run = client.create_run(ids[index % 3], run_name=str(index), start_time=1 + index)
        client.log_metric(run.info.run_id, "m", -index)
    assert [run.info.run_name for run in client.search_runs(ids)] == list("876543210")
    assert [run.info.run_name for run in client.search_runs(ids[:2], order_by=["metrics.m DESC"])] == list("013467")
    frame = mlflow.search_runs(ids, "metrics.m < -3")
    assert sorted(frame["metrics.m"]) == [-8, -7, -6, -5, -4]


@pytest.mark.parametrize(
    ("filter_string", "message"),
    [
        ("metrics.acc >", "character 14"),
        ("metrics.acc = 'x'", "compared with a number"),
        ("nonsense = 'x'", "There is no field 'nonsense'"),
        ("params.a > 'x'", "The operator > does not apply"),
    ],
)
def check_a_wrong_filter_points_at_the_character(
    client: MlflowClient, experiment: str, filter_string: str, message: str
):
    with pytest.raises(MlflowException, match=message) as raised:
        client.search_runs([experiment], filter_string)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "^" in str(raised.value)


def check_a_damaged_page_token_is_refused(client: MlflowClient, experiment: str):
    with pytest.raises(MlflowException) as raised:
        client.search_runs([experiment], page_token="nonsense")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def check_equal_runs_come_by_their_ids(client: MlflowClient, experiment: str):
    ids = sorted(client.create_run(experiment, start_time=1).info.run_id for _ in range(10))
    newer = client.create_run(experiment, start_time=2).info.run_id
    found: list[str] = []
    token = None
    while token or not found:
        page = client.search_runs([experiment], max_results=4, page_token=token)
        found += [run.info.run_id for run in page]
        token = page.token
    assert found == [newer, *ids]
    assert [run.info.run_id for run in client.search_runs([experiment], order_by=["status"])] == [newer, *ids]
    by_start = client.search_runs([experiment], order_by=["start_time ASC"])
    assert [run.info.run_id for run in by_start] == [*ids, newer]

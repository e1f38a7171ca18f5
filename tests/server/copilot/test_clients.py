"""The Co-Pilot from Python and from the command line, against the real server."""

import json

import pytest
from typer.testing import CliRunner

from modelyard.cli.main import app
from modelyard.sdk import Client, InvalidArgumentError, NotFoundError
from tests.server.copilot.conftest import Bench, config


@pytest.fixture
def overfitted(bench: Bench) -> int:
    return bench.ready(config(), scores=(0.99, 0.6))


def test_from_python(bench: Bench, overfitted: int):
    with Client(bench.server.url, "default") as client:
        version = client.resolve(f"{bench.model}/{overfitted}")
        first = version.suggestions().suggestions[0]
        assert first.rule == "overfit"
        trained = version.train_suggestion(first, wait=False)
        assert (trained.info.parent, trained.description) == (overfitted, first.title)
        assert trained.config().given == first.config
        outcome = trained.suggestions().outcome
        assert outcome is not None
        assert (outcome.id, outcome.verdict) == (first.id, "pending")
        assert version.train_suggestion("other_trainer:linear", description="mine", wait=False).description == "mine"
        with pytest.raises(NotFoundError, match="no suggestion 'other_trainer:linear'"):
            version.train_suggestion("other_trainer:linear")
        assert {tried.id for tried in version.suggestions().tried} == {first.id, "other_trainer:linear"}


def test_a_registered_version_has_no_data_to_train_a_suggestion_on(bench: Bench, overfitted: int):
    url = f"{bench.server.url}/api/2.0/mlflow/model-versions/create"
    bench.http.post(url, json={"name": bench.model, "source": "s3://elsewhere/model"}).raise_for_status()
    with Client(bench.server.url, "default") as client:
        suggestion = client.resolve(f"{bench.model}/{overfitted}").suggestions().suggestions[0]
        with pytest.raises(InvalidArgumentError, match="was not trained here"):
            client.resolve(f"{bench.model}/{overfitted + 1}").train_suggestion(suggestion)


def test_on_the_command_line(bench: Bench, overfitted: int):
    runner = CliRunner(env={"MODELYARD_URL": bench.server.url, "MODELYARD_PROJECT": "default"})
    reference = f"{bench.model}/{overfitted}"
    listed = runner.invoke(app, ["suggest", reference])
    assert listed.exit_code == 0, listed.output
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    assert rows[1][:3] == ["1", *rows[1][1:3]]
    assert "trainer.num_leaves 31 -> 15" in rows[1][2]
    assert "note: There is no learning curve" in listed.stderr
    items = json.loads(runner.invoke(app, ["suggest", reference, "--json"]).stdout)
    ids = runner.invoke(app, ["suggest", reference, "-q"]).stdout.split()
    assert [item["id"] for item in items] == ids
    trained = runner.invoke(app, ["suggest", reference, "--train", "2, 1,2", "--no-wait", "-q"])
    assert trained.stdout.split() == [f"{bench.model}/{overfitted + 1}", f"{bench.model}/{overfitted + 2}"]
    tried = bench.suggestions(overfitted)["tried"]
    assert {item["number"]: item["id"] for item in tried} == {overfitted + 1: ids[1], overfitted + 2: ids[0]}
    assert f"tried in #{overfitted + 1}" in runner.invoke(app, ["suggest", reference]).stderr


@pytest.mark.parametrize("numbers", ["0", "99", "one", "1,,2", "-1"])
def test_a_number_that_is_not_in_the_list(bench: Bench, overfitted: int, numbers: str):
    runner = CliRunner(env={"MODELYARD_URL": bench.server.url, "MODELYARD_PROJECT": "default"})
    answer = runner.invoke(app, ["suggest", f"{bench.model}/{overfitted}", f"--train={numbers}"])
    assert answer.exit_code == 2
    assert "is no number of the list" in answer.stderr
    assert len(bench.http.get(f"{bench.model_path}/versions").json()["items"]) == 1

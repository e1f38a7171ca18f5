"""`lineage`, `diff` and `history`, and their calls of the SDK, on the real server with real trainings."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pandas as pd
import pytest

from modelyard import Client
from modelyard.cli._exit_codes import ExitCode
from modelyard.sdk import InvalidArgumentError, NotFoundError, Version
from modelyard.wire.lineage import NodeKind
from tests.cli.test_cli_end_to_end import Terminal
from tests.support.server import ModelyardServer

CONFIG: dict[str, Any] = {
    "model_type": "linear",
    "input_features": [{"name": "a", "type": "number"}],
    "output_features": [{"name": "y", "type": "binary"}],
}


@pytest.fixture
def terminal(server: ModelyardServer, project: str) -> Terminal:
    return Terminal(server, project)


@pytest.fixture
def client(server: ModelyardServer, project: str) -> Iterator[Client]:
    with Client(server.url, project) as client:
        yield client


@pytest.fixture
def versions(server: ModelyardServer, client: Client) -> tuple[Version, Version, Version]:
    """The second with another option than the first, the third a retrain of the second. `@prod` is the first."""
    frame = pd.DataFrame(
        {"a": [float(n % 17) for n in range(80)], "y": ["yes" if n % 17 > 8 else "no" for n in range(80)]}
    )
    client.datasets.upload("t", frame)
    first = client.models("m").train(CONFIG, "t", wait=False)
    changed = {**CONFIG, "trainer": {"regularization": 0.5}}
    second = client.models("m").train(changed, "t", parent=first.number, wait=False)
    third = second.retrain()
    for version in (first, second, third):
        version.wait(timeout=90)
    url = f"{server.url}/projects/{client.project}/api/2.0/mlflow/registered-models/alias"
    httpx.post(url, json={"name": "m", "alias": "prod", "version": "1"}, trust_env=False).raise_for_status()
    return first, second, third


def test_versions_are_told_apart_and_traced(terminal: Terminal, client: Client, versions: tuple[Version, ...]):
    first, second, third = versions
    _the_lineage_of_a_version(terminal, client, first, second, third)
    _the_lineage_of_a_model(terminal, client)
    _a_diff(terminal, client, first, second)
    _a_history(terminal, third)


def _the_lineage_of_a_version(
    terminal: Terminal, client: Client, first: Version, second: Version, third: Version
) -> None:
    text = terminal.read("lineage", "m@2")
    assert text.startswith("m/2  ")
    origins, uses = text.split("\nComes from\n")[1].split("\nLed to\n")
    assert "made from m/1" in origins
    assert "@prod" in origins
    assert "trained by run m/2" in origins
    assert "on dataset t@1  " in origins
    assert uses.startswith("↳ retrained as m/3  ")
    assert "Led to" not in terminal.read("lineage", "m/2", "--direction", "origins")
    graph = json.loads(terminal.read("lineage", "models:/m/2", "--json"))
    assert graph["root"] == "version:m/2"
    assert graph == json.loads(second.lineage().model_dump_json())
    assert terminal.read("lineage", "m@prod", "--direction", "uses", "-q").split() == [
        "version:m/1",
        "version:m/2",
        "version:m/3",
    ]
    leap = first.lineage(direction="uses", depth=5, since=third.info.created_at)
    assert [(edge.source, edge.target, edge.skipped) for edge in leap.edges] == [("version:m/1", "version:m/3", 1)]
    assert {node.kind for node in client.datasets.resolve("t@1").lineage().nodes} == {
        NodeKind.DATASET_VERSION,
        NodeKind.RUN,
        NodeKind.VERSION,
    }


def _the_lineage_of_a_model(terminal: Terminal, client: Client) -> None:
    lines = terminal.read("lineage", "m", "--data").splitlines()
    assert lines[0].startswith("dataset t@1")
    assert any(line.lstrip("│├─└↳ ").startswith("retrained as m/3") for line in lines)
    graph = client.models("m").lineage(status=["Ready"], limit=2)
    assert ([node.number for node in graph.nodes], graph.total, graph.truncated) == ([3, 2], 3, True)
    terminal.run("lineage", "m@9", code=ExitCode.NOT_FOUND)
    terminal.run("lineage", "nobody", code=ExitCode.NOT_FOUND)
    terminal.run("lineage", "m@2", "--direction", "up", code=ExitCode.USAGE)


def _a_diff(terminal: Terminal, client: Client, first: Version, second: Version) -> None:
    text = terminal.read("diff", "m@prod", "m@2")
    assert text.startswith("m/1 → m/2\n")
    assert "\nConfig\n  + trainer\n" in text
    assert "~ trainer.regularization: " in text
    unified = terminal.read("diff", "m/1", "m/2", "--config")
    assert "+trainer:\n" in unified
    assert "+  regularization: 0.5\n" in unified
    assert terminal.read("diff", "m/1", "m/1", "--rendered") == ""
    assert "Config: trainer\n" in terminal.read("diff", "m/1", "m/2", "-q")
    found = json.loads(terminal.read("diff", "m/1", "m/2", "--json"))
    for other in (second, second.number, "m/2", "m@2"):
        assert json.loads(first.diff(other).model_dump_json()) == found
    with pytest.raises(NotFoundError, match="nobody"):
        first.diff("m@nobody")
    with pytest.raises(InvalidArgumentError):
        first.diff("m")
    assert client.resolve("m@prod").number == 1
    assert client.models("m").version("@prod").number == 1
    terminal.run("diff", "m/1", "m/9", code=ExitCode.NOT_FOUND)


def _a_history(terminal: Terminal, third: Version) -> None:
    rows = [line.split("\t") for line in terminal.read("history", "m@3").splitlines()]
    assert rows[0][:4] == ["#", "Changed", "Metric", "Difference"]
    assert [row[0] for row in rows[1:]] == ["3", "2", "1"]
    assert rows[1][1] == ""
    assert rows[2][1].startswith("regularization ")
    assert rows[1][3] == "+0 same"
    steps = json.loads(terminal.read("history", "m/3", "--json"))
    assert steps == [json.loads(step.model_dump_json()) for step in third.history().steps]
    assert terminal.read("history", "m/3", "-n", 1, "-q") == "m/3\n"

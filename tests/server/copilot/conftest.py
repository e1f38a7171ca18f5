"""A server whose trainings the test plays, with a table that has something of everything."""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.training.playing import Yard, sleeping_worker
from tests.support.server import ModelyardServer

ROWS = 600


def odd_table() -> str:
    """`x` and `z` are sound columns, and so are the targets `even` and `size`; the others are as they are called."""
    chance = random.Random(7)
    names = "x,z,copy,day,constant,customer_id,city,empty,gaps,tail,even,rare,size,long"
    lines = [names]
    for row in range(ROWS):
        even, rare = chance.random() < 0.5, row % 25 == 0
        values = [
            f"{chance.gauss(0, 1):.4f}",
            chance.randint(0, 99),
            "p" if even else "q",
            f"2024-{row % 12 + 1:02}-{row % 28 + 1:02}",
            "same",
            f"c{row * 31 % 997:05}",
            f"city {row % 97}",
            "" if row % 10 else f"{chance.random():.3f}",
            "" if row % 5 == 0 else f"{chance.random():.3f}",
            f"{2.718 ** chance.gauss(0, 2):.4f}",
            "yes" if even else "no",
            "bad" if rare else "good",
            f"{chance.gauss(50, 10):.3f}",
            f"{2.718 ** chance.gauss(0, 2):.4f}",
        ]
        lines.append(",".join(map(str, values)))
    return "\n".join(lines)


class Bench(Yard):
    """Trains versions of a model of its own, and asks for suggestions."""

    def fill(self) -> "Bench":
        answer = self.http.post(f"{self.path}/datasets/odd/versions?filename=odd.csv", content=odd_table().encode())
        answer.raise_for_status()
        return self

    def ready(self, config: dict[str, Any], *, curve: list[float] | None = None, **played: Any) -> int:
        """A version whose training has ended well. `scores` are train and test, `curve` the validation loss."""
        request = {key: played.pop(key) for key in ("parent", "suggestion") if key in played}
        number: int = self.train(config, dataset="odd", **request)["number"]
        worker = self.worker(number)
        worker.go_to("Training")
        if curve:
            key = "validation_mean_squared_error" if is_number(config) else "validation_log_loss"
            points = [
                {"key": key, "value": value, "step": step, "timestamp_ms": step} for step, value in curve_of(curve)
            ]
            worker.report(metrics=points)
        for name in ("evaluation", "explanation"):
            if name in played:
                report = json.dumps(played.pop(name)).encode()
                assert worker.put_file(f"reports/{name}.json", report).status_code == 200
        train, test = played.pop("scores", (0.95, 0.94))
        metrics = [
            score("roc_auc" if not is_number(config) else "r2", split, value)
            for split, value in (("train", train), ("test", test))
        ]
        if is_number(config):
            metrics.append({**score("mean_squared_error", "test", 100 * (1 - test)), "higher_is_better": False})
        answer = worker.finish(metrics=metrics, **played)
        assert answer.status_code == 204, answer.text
        worker.end()
        return number

    def suggestions(self, number: int) -> dict[str, Any]:
        answer = self.http.get(f"{self.model_path}/versions/{number}/suggestions")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def rules(self, number: int) -> list[str]:
        return [suggestion["rule"] for suggestion in self.suggestions(number)["suggestions"]]

    def suggestion(self, number: int, rule: str) -> dict[str, Any]:
        """The only or best one of a rule; its config was found good by the server."""
        found = [item for item in self.suggestions(number)["suggestions"] if item["rule"] == rule]
        assert found, self.rules(number)
        checked = self.http.post(
            f"{self.path}/config/validate", json={"config": found[0]["config"], "dataset": "odd"}
        ).json()
        assert checked["valid"], checked["problems"]
        first: dict[str, Any] = found[0]
        return first


def curve_of(values: list[float]) -> Iterator[tuple[int, float]]:
    return enumerate(values, 1)


def is_number(config: dict[str, Any]) -> bool:
    return bool(config["output_features"][0]["type"] == "number")


def score(name: str, split: str, value: float | str) -> dict[str, Any]:
    return {"name": name, "split": split, "value": value, "higher_is_better": True}


def config(target: str = "even", *inputs: tuple[str, str], trainer: str = "gbm", **changes: Any) -> dict[str, Any]:
    """A config without anything to say against it, but for what is changed."""
    kind = {"even": "binary", "rare": "binary"}.get(target, "number")
    return {
        "model_type": trainer,
        "input_features": [{"name": name, "type": of} for name, of in inputs or (("x", "number"), ("z", "number"))],
        "output_features": [{"name": target, "type": kind}],
        "preprocessing": {"split": {"type": "datetime", "column": "day"}},
        **changes,
    }


@pytest.fixture(scope="session")
def bench_server(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str | None]
) -> Iterator[tuple[ModelyardServer, Path]]:
    folder = tmp_path_factory.mktemp("copilot")
    script = sleeping_worker(folder)
    server = ModelyardServer(folder / "data", new_database(), worker_python=script, engine_slots=20).start()
    Bench(server, script).fill()
    yield server, script
    server.stop()


@pytest.fixture
def bench(bench_server: tuple[ModelyardServer, Path]) -> Bench:
    """A fresh model's name on a shared server."""
    return Bench(*bench_server, f"m-{uuid.uuid4().hex[:10]}")

"""Tables, configs and trained versions for the tests of the web page."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.server import ModelyardServer

FLOWERS = "petal,sepal,colour,seen_on,species\n" + "".join(
    f"{1 + kind * 2 + (row % 7) / 4},{'' if row % 10 == 0 else 3 + (row % 5) / 3},{('red', 'blue', 'white')[row % 3]},"
    f"2026-03-{1 + row % 28:02},{('setosa', 'versicolor', 'virginica')[kind]}\n"
    for row in range(150)
    for kind in [row % 3 if row % 11 else (row + 1) % 3]
)
HOUSES = "rooms,area,price\n" + "".join(
    f"{2 + row % 5},{40 + (row * 7) % 60},{50 + 30 * (row % 5) + 2 * ((row * 7) % 60) + row % 4}\n"
    for row in range(120)
)
COLOURS = "size,weight,sold\n" + "".join(f"{row},{(row * 7) % 13},{'yes' if row % 3 else 'no'}\n" for row in range(60))

FLOWERS_CONFIG: dict[str, Any] = {
    "model_type": "gbm",
    "input_features": [
        {"name": "petal", "type": "number"},
        {"name": "sepal", "type": "number"},
        {"name": "colour", "type": "category"},
    ],
    "output_features": [{"name": "species", "type": "category"}],
    "trainer": {"num_boost_round": 25},
}
HOUSES_CONFIG: dict[str, Any] = {
    "model_type": "linear",
    "input_features": [{"name": "rooms", "type": "number"}, {"name": "area", "type": "number"}],
    "output_features": [{"name": "price", "type": "number"}],
}
SOLD_CONFIG: dict[str, Any] = {
    "model_type": "gbm",
    "input_features": [{"name": "size", "type": "number"}, {"name": "weight", "type": "number"}],
    "output_features": [{"name": "sold", "type": "binary"}],
    "trainer": {"num_boost_round": 20},
}
LONG_CONFIG: dict[str, Any] = {
    **SOLD_CONFIG,
    "trainer": {
        "num_boost_round": 100_000,
        "learning_rate": 0.000001,
        "early_stop": -1,
        # Deep trees: with those of a few leaves the last round comes within half a minute.
        "num_leaves": 64,
        "min_data_in_leaf": 1,
        "min_sum_hessian_in_leaf": 0,
    },
}
"""Trains for far longer than any test lasts."""

FAILING_CONFIG: dict[str, Any] = {**SOLD_CONFIG, "backend": {"memory_limit_bytes": 64 * 2**20}}
"""Fits the data, but no worker of its own process can do it in so little memory."""

ENDED = ("Ready", "Failed", "Canceled")


class Workshop:
    """Makes datasets and versions in one project over the API."""

    def __init__(self, http: httpx.Client, project: str) -> None:
        self.http = http
        self.project = project

    @property
    def page(self) -> str:
        """Where the project is on the web page."""
        return f"/p/{self.project}"

    def upload(self, dataset: str, table: str = COLOURS) -> None:
        path = f"projects/{self.project}/datasets/{dataset}/versions"
        self.http.post(path, params={"filename": f"{dataset}.csv"}, content=table.encode()).raise_for_status()

    def train(self, model: str, config: dict[str, Any], dataset: str, **other: Any) -> int:
        body = {"config": config, "dataset": dataset, **other}
        answer = self.http.post(f"projects/{self.project}/models/{model}/versions", json=body)
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["number"]
        return number

    def cancel(self, model: str, number: int) -> None:
        self.http.post(f"{self._version(model, number)}/cancel").raise_for_status()

    def version(self, model: str, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(self._version(model, number)).raise_for_status().json()
        return found

    def wait_for(self, model: str, number: int, *statuses: str, seconds: float = 90) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            version = self.version(model, number)
            if version["status"] in statuses:
                return version
            assert version["status"] not in ENDED, version["error"]
            time.sleep(0.1)
        raise AssertionError(f"{model}/{number} was not {' or '.join(statuses)} within {seconds} s")

    def make_canceled(self, model: str, *descriptions: str) -> None:
        """Versions that ended before they began, which is quick: for what is the same for every version."""
        for description in descriptions:
            number = self.train(model, LONG_CONFIG, "colours", description=description)
            self.cancel(model, number)
            self.wait_for(model, number, "Canceled")

    def _version(self, model: str, number: int) -> str:
        return f"projects/{self.project}/models/{model}/versions/{number}"


@dataclass(frozen=True)
class Study:
    """A project to look at: `flowers` (1 gbm, 2 linear, 3 canceled) and `houses` (1 linear), `sold` (1 failed)."""

    project: str
    workshop: Workshop

    @classmethod
    def of(cls, server: ModelyardServer) -> "Study":
        return cls("study", Workshop(server.client(), "study"))

    def fill(self) -> None:
        workshop = self.workshop
        body = {"name": self.project, "description": "To look at"}
        workshop.http.post("projects", json=body).raise_for_status()
        workshop.upload("flowers", FLOWERS)
        workshop.upload("houses", HOUSES)
        workshop.upload("colours")
        workshop.train("flowers", FLOWERS_CONFIG, "flowers", description="Boosted trees")
        workshop.train("houses", HOUSES_CONFIG, "houses")
        linear = {**FLOWERS_CONFIG, "model_type": "linear", "trainer": {}}
        workshop.train("flowers", linear, "flowers", description="Straight lines", parent=1)
        workshop.train("sold", FAILING_CONFIG, "colours")
        workshop.cancel("flowers", workshop.train("flowers", FLOWERS_CONFIG, "flowers", description="Stopped"))
        for model, number, status in [
            ("flowers", 1, "Ready"),
            ("flowers", 2, "Ready"),
            ("flowers", 3, "Canceled"),
            ("houses", 1, "Ready"),
            ("sold", 1, "Failed"),
        ]:
            workshop.wait_for(model, number, status)

    @property
    def page(self) -> str:
        return self.workshop.page

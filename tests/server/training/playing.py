"""A server whose workers are played by the test: their processes only leave their token behind and sleep."""

import hashlib
import os
import signal
import stat
from pathlib import Path
from typing import Any

import httpx

from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

STEPS = ["Preprocessing", "Training", "Evaluating", "Visualizing", "Explaining"]
MOVING = {"Queued", *STEPS, "Canceling"}
TABLE = "a,b,y\n" + "".join(f"{i},{(i * 7) % 13},{'yes' if i % 3 else 'no'}\n" for i in range(60))
CONFIG: dict[str, Any] = {
    "model_type": "gbm",
    "input_features": [{"name": "a", "type": "number"}, {"name": "b", "type": "number"}],
    "output_features": [{"name": "y", "type": "binary"}],
    "trainer": {"num_boost_round": 20},
}

_SLEEPER = """#!/bin/sh
# Called as: <this> -m modelyard.worker run --job <id>
echo "worker of $5 is here" >&2
echo "$MODELYARD_JOB_TOKEN" > "{tokens}/$5.part"
mv "{tokens}/$5.part" "{tokens}/$5"
exec sleep 120
"""


def sleeping_worker(folder: Path) -> Path:
    """A stand-in for the Python of workers."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True)
    script = folder / "worker"
    script.write_text(_SLEEPER.format(tokens=tokens))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def jobs_of_versions(http: httpx.Client) -> list[dict[str, Any]]:
    """What runs and waits on the engine, with the model and number of the version that each job is about."""
    jobs: list[dict[str, Any]] = http.get("engines/local").json()["jobs"]
    for job in jobs:
        job["model"], _, number = job["title"].rpartition("/")
        job["number"] = int(number)
    return jobs


class Yard:
    """A server with a table to train on, and a model of the test's own; `script` is its sleeping worker."""

    path = "projects/default"

    def __init__(self, server: ModelyardServer, script: Path, model: str = "m") -> None:
        self.server = server
        self.tokens = script.parent / "tokens"
        self.model = model
        self.connect()

    @property
    def model_path(self) -> str:
        return f"{self.path}/models/{self.model}"

    def upload(self) -> "Yard":
        """The table; once for all tests on a server, because reading it takes a process."""
        uploaded = self.http.post(f"{self.path}/datasets/toy/versions?filename=toy.csv", content=TABLE.encode())
        uploaded.raise_for_status()
        return self

    def connect(self) -> None:
        """Again after the server was restarted on another port."""
        self.http = self.server.client()

    def train(self, config: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
        body = {"config": config or CONFIG, "dataset": "toy", **other}
        answer = self.http.post(f"{self.model_path}/versions", json=body)
        assert answer.status_code == 201, answer.text
        version: dict[str, Any] = answer.json()
        return version

    def version(self, number: int = 1) -> dict[str, Any]:
        answer = self.http.get(f"{self.model_path}/versions/{number}")
        assert answer.status_code == 200, answer.text
        version: dict[str, Any] = answer.json()
        return version

    def wait_for(self, *statuses: str, number: int = 1, seconds: float = 15) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            version = self.version(number)
            return version if version["status"] in statuses else None

        found: dict[str, Any] = wait_until(reached, seconds)
        return found

    def jobs(self) -> list[dict[str, Any]]:
        jobs = jobs_of_versions(self.http)
        return [job for job in jobs if job["model"] == self.model]

    def worker(self, number: int = 1, attempt: int = 1) -> "PlayedWorker":
        """The worker that the engine has started for a version; the test speaks for it."""

        def started() -> dict[str, Any] | None:
            found = [job for job in self.jobs() if job["number"] == number]
            return found[0] if found and found[0]["attempt"] == attempt and found[0]["process_id"] else None

        job = wait_until(started)
        token = wait_until(lambda: self._token(job["id"], attempt))
        return PlayedWorker(self, job["id"], token, job["process_id"])

    def _token(self, job_id: str, attempt: int) -> str | None:
        file = self.tokens / job_id
        token = file.read_text().strip() if file.exists() else ""
        return token if token.startswith(f"{attempt}-") else None


class PlayedWorker:
    """Speaks the worker protocol for one job."""

    def __init__(self, yard: Yard, job_id: str, token: str, process_id: int) -> None:
        self.yard = yard
        self.job_id = job_id
        self.token = token
        self.process_id = process_id
        self.sequence = 0

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.yard.http.request(method, f"jobs/{self.job_id}/{path}", headers=headers, **options)

    def start(self) -> dict[str, Any]:
        answer = self.ask("POST", "start", json={"host": os.uname().nodename, "process_id": self.process_id})
        assert answer.status_code == 200, answer.text
        claimed: dict[str, Any] = answer.json()
        return {claimed["kind"]: claimed["spec"]}

    def report(self, **fields: Any) -> dict[str, Any]:
        self.sequence += 1
        answer = self.ask("POST", "report", json={"sequence": self.sequence, **fields})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def put_file(self, path: str, content: bytes) -> httpx.Response:
        headers = {"X-Content-SHA256": hashlib.sha256(content).hexdigest()}
        return self.ask("PUT", f"files/{path}", content=content, headers=headers)

    def go_to(self, step: str) -> None:
        """Starts, and goes through the steps up to this one; from Training on there is a file."""
        self.start()
        for each in STEPS[: STEPS.index(step) + 1] if step != "Queued" else []:
            self.report(status=each)
            if each == "Training":
                assert self.put_file("model/MLmodel", b"flavors: {}").status_code == 200

    def finish(self, status: str = "Ready", **fields: Any) -> httpx.Response:
        """`fields` that begin with `error_` say why it Failed, the others what was found out."""
        errors = {name: value for name, value in fields.items() if name.startswith("error_")}
        result = {name: value for name, value in fields.items() if name not in errors}
        return self.ask("POST", "finish", json={"status": status, "result": result, **errors})

    def complete(self) -> None:
        """From wherever it is to Ready."""
        self.report(status="Explaining")
        assert self.put_file("model/model.txt", b"tree").status_code == 200
        metric = {"name": "roc_auc", "split": "test", "value": 0.9, "higher_is_better": True}
        assert self.finish(metrics=[metric], best_iteration=7).status_code == 204
        self.end()

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process_id, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def end(self) -> None:
        self.signal(signal.SIGTERM)

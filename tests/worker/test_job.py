"""The life of a job as the server sees it: a real worker process against the protocol."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from modelyard.wire.models import VersionStatus
from modelyard.wire.trainers import TrainerInfo
from modelyard.worker.errors import CanceledError
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.job.train import run_training
from tests.support.waiting import wait_until
from tests.worker.fake_server import JOB, TOKEN, FakeJobServer
from tests.worker.training import SMALL, Training, config_for, spec_for

NewJobServer = Callable[..., FakeJobServer]
Trainers = dict[str, TrainerInfo]
ENDLESS: dict[str, dict[str, Any]] = {
    "gbm": {"num_boost_round": 100_000, "early_stop": -1},
    "linear": {"penalty": "l1", "max_iter": 1_000_000, "tolerance": 1e-12, "regularization": 1e-6},
}


@pytest.fixture
def new_training(
    cancer: pd.DataFrame, trainers: Trainers, tmp_path: Path, new_job_server: NewJobServer
) -> Callable[..., FakeJobServer]:
    """A server that has a training of the cancer table to give away."""

    def make(model_type: str = "gbm", options: dict[str, Any] | None = None, **answers: Any) -> FakeJobServer:
        data = tmp_path / "data.parquet"
        cancer.to_parquet(data, index=False)
        config = config_for(cancer, "target", "binary", model_type, trainer=options or {"num_boost_round": 20})
        spec = spec_for(config, trainers, data).model_dump(mode="json")
        return new_job_server({"kind": "train", "spec": spec, "heartbeat_seconds": 0.3}, data, **answers)

    return make


def start_worker(server: FakeJobServer, folder: Path, **environment: str) -> "subprocess.Popen[bytes]":
    with folder.with_suffix(".log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "modelyard.worker", "run", "--job", JOB],
            env={
                **os.environ,
                "MODELYARD_URL": server.url,
                "MODELYARD_JOB_TOKEN": TOKEN,
                "TMPDIR": str(folder),
                **environment,
            },
            stderr=log,
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a worker makes its temporary folder."""
    path = tmp_path / "tmp"
    path.mkdir()
    return path


def test_a_job_from_claim_to_finish(new_training: Callable[..., FakeJobServer], folder: Path) -> None:
    server = new_training()
    worker = start_worker(server, folder)
    assert worker.wait(60) == 0, folder.with_suffix(".log").read_text()
    assert server.started == {"host": os.uname().nodename, "process_id": worker.pid}
    assert server.finish is not None
    assert server.finish["status"] == "Ready"
    assert [report["sequence"] for report in server.reports] == list(range(1, len(server.reports) + 1))
    fractions = [report["fraction"] for report in server.reports if report["fraction"] is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("[LightGBM]" in line for line in server.log)
    assert {"model/MLmodel", "model/data/model/model.txt", "reports/evaluation.json"} <= set(server.files)
    assert list(folder.iterdir()) == []


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_table_that_is_not_what_was_uploaded_is_not_trained_on(
    new_training: Callable[..., FakeJobServer], folder: Path, tmp_path: Path
) -> None:
    server = new_training()
    damage(tmp_path / "data.parquet")
    assert start_worker(server, folder).wait(60) == 0
    assert server.finish is not None
    assert (server.finish["status"], server.finish["error_code"]) == ("Failed", "corrupt_file")
    assert "modelyard verify" in server.finish["error_message"]


@pytest.mark.parametrize("trainer", ENDLESS)
def test_a_cancelled_training_ends_soon(new_training: Callable[..., FakeJobServer], folder: Path, trainer: str) -> None:
    server = new_training(trainer, ENDLESS[trainer], cancel_at="Training")
    assert start_worker(server, folder).wait(60) == 0
    assert server.finish is not None
    assert server.finish["status"] == "Canceled"
    assert list(folder.iterdir()) == []


def test_a_signal_cancels(new_training: Callable[..., FakeJobServer], folder: Path) -> None:
    server = new_training("gbm", ENDLESS["gbm"])
    worker = start_worker(server, folder)
    wait_until(lambda: len(server.metrics.get("train_log_loss", [])) > 20)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert server.finish is not None
    assert server.finish["status"] == "Canceled"


def test_a_worker_that_lost_its_lease_stops_without_a_word(
    new_training: Callable[..., FakeJobServer], folder: Path
) -> None:
    server = new_training("gbm", ENDLESS["gbm"], lose_lease_at="Training")
    assert start_worker(server, folder).wait(60) == 3
    assert server.finish is None
    assert list(folder.iterdir()) == []


def test_a_wrong_token_is_refused_at_once(new_training: Callable[..., FakeJobServer], folder: Path) -> None:
    server = new_training()
    assert start_worker(server, folder, MODELYARD_JOB_TOKEN="other").wait(20) == 3
    assert server.started is None


def test_the_environment_is_checked(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "modelyard.worker", "run", "--job", "x"],
        env={name: value for name, value in os.environ.items() if not name.startswith("MODELYARD")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "set MODELYARD_URL and MODELYARD_JOB_TOKEN" in done.stderr


def test_a_server_that_moved_is_found_by_its_file(
    new_training: Callable[..., FakeJobServer], folder: Path, tmp_path: Path
) -> None:
    server = new_training()
    damage(tmp_path / "data.parquet")  # that it reaches the server shows as soon in a job that fails
    server_file = tmp_path / "server.json"
    server_file.write_text(json.dumps({"url": server.url}))
    environment = {"MODELYARD_URL": "http://127.0.0.1:9", "MODELYARD_SERVER_FILE": str(server_file)}
    assert start_worker(server, folder, **environment).wait(60) == 0
    assert server.finish is not None
    assert server.finish["error_code"] == "corrupt_file"


STEPS = ["Preprocessing", "Training", "Evaluating", "Visualizing", "Explaining"]


class CancelAt(Reporter):
    """Is told to stop right after the job has entered a step."""

    step: str

    def enter(self, status: VersionStatus) -> None:
        super().enter(status)
        if status.value == self.step:
            self.cancel()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("trainer", SMALL)
@pytest.mark.usefixtures("pyfunc")
def test_every_step_can_be_cancelled(
    cancer: pd.DataFrame, trainers: Trainers, tmp_path: Path, new_job_server: NewJobServer, trainer: str, step: str
) -> None:
    data = tmp_path / "data.parquet"
    cancer.to_parquet(data, index=False)
    spec = spec_for(config_for(cancer, "target", "binary", trainer, trainer=SMALL[trainer]), trainers, data)
    server = new_job_server({}, data)
    client = JobClient(server.url, JOB, TOKEN)
    reporter = CancelAt(client, 2.0)
    reporter.step = step
    reporter.start()
    with pytest.raises(CanceledError):
        run_training(spec, client, reporter, tmp_path)
    reporter.close()
    client.close()
    assert server.statuses == STEPS[: STEPS.index(step) + 1]


def test_answers_prediction_tasks_until_idle(
    cancer: pd.DataFrame, run_training_of: Callable[..., Training], new_job_server: NewJobServer, folder: Path
) -> None:
    trained = run_training_of(cancer, config_for(cancer, "target", "binary", trainer=SMALL["gbm"])).server
    spec = {
        "project": "default",
        "model": "cancer",
        "number": 1,
        "target": "target",
        "output_type": "binary",
        "files": [name for name in trained.files if name.startswith("model/")],
        "idle_seconds": 1,
        "threads": 1,
    }
    server = new_job_server({"kind": "predict", "spec": spec, "heartbeat_seconds": 0.3}, files=trained.files)
    rows = cancer.head(20).drop(columns="target")
    rows.to_parquet(folder.parent / "rows.parquet", index=False)
    server.add_task("t1", json.dumps({"rows": rows.to_dict(orient="records")}).encode(), "json", "json")
    server.add_task("t2", rows.to_csv(index=False).encode(), "csv", "csv")
    server.add_task("t3", (folder.parent / "rows.parquet").read_bytes(), "parquet", "parquet")
    server.add_task("t4", json.dumps({"rows": [{"mean radius": 3}, {"mean radius": "wide"}]}).encode(), "json", "json")
    server.add_task("t5", b"{", "json", "json")
    server.add_task("t6", b"PAR1", "parquet", "csv")
    server.add_task("t7", b"", "csv", "csv")
    server.add_task("t8", b'{"rows": [{"mean radius": [1]}]}', "json", "json")
    assert start_worker(server, folder).wait(60) == 0
    answer = json.loads(server.outputs["t1"])
    assert answer["columns"][0] == "target_predictions"
    assert len(answer["rows"]) == 20
    assert server.outputs["t2"].decode().splitlines()[0].split(",") == answer["columns"]
    (folder.parent / "out.parquet").write_bytes(server.outputs["t3"])
    as_parquet = pd.read_parquet(folder.parent / "out.parquet")
    assert as_parquet["target_predictions"].tolist() == [row["target_predictions"] for row in answer["rows"]]
    assert server.errors["t4"] == "Column 'mean radius', row 2: 'wide' is not a number."
    assert set(server.errors) == {"t4", "t5", "t6", "t7", "t8"}
    assert list(folder.iterdir()) == []

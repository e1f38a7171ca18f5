"""One training in this process, and what it left behind."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from modelyard.wire.config import parse_config, render_config
from modelyard.wire.datasets import Column
from modelyard.wire.jobs import JobFinish, TrainResult, TrainSpec
from modelyard.wire.trainers import TrainerInfo
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.reporter import Reporter
from modelyard.worker.job.train import run_training
from tests.worker.fake_server import JOB, TOKEN, FakeJobServer

SMALL: dict[str, dict[str, Any]] = {
    "gbm": {"num_boost_round": 40},
    "linear": {},
    "forest": {"n_estimators": 30},
    "mlp": {"epochs": 60},
}
"""Options with which each trainer is soon done."""


class Finish(TrainResult):
    """The last word of a training: how it ended, and what it has found out."""

    status: str
    error_code: str | None
    error_message: str | None

    @classmethod
    def of(cls, finish: JobFinish) -> "Finish":
        said = finish.model_dump(include={"status", "error_code", "error_message"})
        return cls.model_validate({**finish.result, **said})


@dataclass
class Training:
    server: FakeJobServer
    finish: Finish
    work: Path

    @property
    def model_folder(self) -> Path:
        return self.work / "model"

    @property
    def data_folder(self) -> Path:
        return self.work / "model" / "data" / "model"

    def report(self, name: str) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.server.files[f"reports/{name}.json"])
        return body

    def metric(self, name: str, split: str = "test") -> float:
        return next(each.value for each in self.finish.metrics if (each.name, each.split) == (name, split))


def config_for(
    frame: pd.DataFrame,
    target: str,
    output_type: str,
    model_type: str = "gbm",
    exclude: Iterable[str] = (),
    **changes: Any,
) -> dict[str, Any]:
    """A config with every column but the target as a number."""
    return {
        "model_type": model_type,
        "input_features": [
            {"name": name, "type": "number"} for name in frame.columns if name not in {target, *exclude}
        ],
        "output_features": [{"name": target, "type": output_type}],
        **changes,
    }


def spec_for(
    config: dict[str, Any],
    trainers: dict[str, TrainerInfo],
    data: Path,
    *,
    threads: int = 1,
    columns: Sequence[Column] = (),
    source_name: str = "",
) -> TrainSpec:
    parsed = parse_config(config, trainers)
    assert parsed.config is not None, parsed.problems
    return TrainSpec(
        project="default",
        model="model",
        number=1,
        run_id="0" * 32,
        dataset="data",
        dataset_version=1,
        dataset_digest=hashlib.sha256(data.read_bytes()).hexdigest(),
        columns=list(columns),
        source_name=source_name,
        rendered_config=render_config(parsed.config, trainers[parsed.config.model_type]),
        seed=parsed.config.random_seed,
        threads=threads,
        created_by="tester",
    )


def train(
    frame: pd.DataFrame,
    config: dict[str, Any],
    trainers: dict[str, TrainerInfo],
    folder: Path,
    new_job_server: Callable[..., FakeJobServer],
    *,
    threads: int = 1,
) -> Training:
    data = folder / f"data-{len(list(folder.glob('work-*')))}.parquet"
    frame.to_parquet(data, index=False)
    return train_file(spec_for(config, trainers, data, threads=threads), data, folder, new_job_server)


def train_file(spec: TrainSpec, data: Path, folder: Path, new_job_server: Callable[..., FakeJobServer]) -> Training:
    """Trains on a Parquet file."""
    work = folder / f"work-{len(list(folder.glob('work-*')))}"
    work.mkdir()
    server = new_job_server({"kind": "train", "spec": spec.model_dump(mode="json")}, data)
    client = JobClient(server.url, JOB, TOKEN, patience=5.0)
    reporter = Reporter(client, heartbeat_seconds=2.0)
    reporter.start()
    try:
        finish = run_training(spec, client, reporter, work)
    finally:
        reporter.close()
        client.close()
    return Training(server, Finish.of(finish), work)

"""What a job may take: processors, memory, places on the engine; and a disk that is full."""

import os
import random
import resource
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.server.training.playing import CONFIG, PlayedWorker, Yard
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

FOREST: dict[str, Any] = {**CONFIG, "model_type": "forest", "trainer": {"n_estimators": 100}}
NOISE = random.Random(1)
TABLE = "a,b,y\n" + "".join(
    f"{NOISE.random()},{NOISE.random()},{'yes' if NOISE.random() < 0.5 else 'no'}\n" for _ in range(5000)
)


def environment(worker: PlayedWorker) -> dict[str, str]:
    return psutil.Process(worker.process_id).environ()


def processors(worker: PlayedWorker) -> list[int]:
    affinity: list[int] = psutil.Process(worker.process_id).cpu_affinity()
    return affinity


@pytest.mark.skipif(not hasattr(psutil.Process, "cpu_affinity"), reason="this system binds no process to processors")
def test_a_job_computes_on_no_more_processors_than_it_may(own_yard: Callable[..., Yard]):
    available = len(psutil.Process().cpu_affinity())
    yard = own_yard(engine_cpu_limit=1)
    yard.train()
    yard.train(config={**CONFIG, "backend": {"cpu_limit": 64}})
    first, second = yard.worker(1), yard.worker(2)
    for worker in (first, second):
        assert len(processors(worker)) == 1
        assert environment(worker)["OMP_NUM_THREADS"] == "1"
        assert worker.start()["train"]["threads"] == 1
    assert available == 1 or processors(first) != processors(second), "side by side they do not share one"


def test_a_job_that_asks_for_less_than_the_engine_allows_gets_less(own_yard: Callable[..., Yard]):
    yard = own_yard(engine_cpu_limit=4)
    yard.train(config={**CONFIG, "backend": {"cpu_limit": 1}})
    assert yard.worker().start()["train"]["threads"] == 1
    yard.train()
    assert yard.worker(2).start()["train"]["threads"] == 4


def test_a_worker_never_sees_the_servers_secrets(own_yard: Callable[..., Yard], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    yard = own_yard()
    yard.train()
    seen = environment(yard.worker())
    assert "secret" not in seen.values()
    assert {name for name in seen if name.startswith("MODELYARD_")} == {
        "MODELYARD_URL",
        "MODELYARD_JOB_TOKEN",
        "MODELYARD_SERVER_FILE",
    }


def test_the_engines_memory_limit_ends_a_job_whatever_its_config_says(own_yard: Callable[..., Yard]):
    yard = own_yard(engine_memory_limit_mb=1)
    yard.train(config={**CONFIG, "backend": {"memory_limit_bytes": 2**40}})
    failed = yard.wait_for("Failed")
    assert failed["error"]["code"] == "out_of_memory"
    assert "its limit is 1 MiB" in failed["error"]["message"]


def test_no_more_jobs_run_at_once_than_there_are_slots(own_yard: Callable[..., Yard]):
    yard = own_yard(engine_slots=2)
    for _ in range(4):
        yard.train()
    workers = [yard.worker(1), yard.worker(2)]
    engine = yard.http.get("engines/local").json()
    assert (engine["slots"], engine["running"], engine["queued"]) == (2, 2, 2)
    assert [(job["number"], job["position"]) for job in yard.jobs() if job["status"] == "queued"] == [(3, 1), (4, 2)]
    workers[1].go_to("Training")
    workers[1].complete()
    yard.worker(3)
    assert [(job["number"], job["position"]) for job in yard.jobs() if job["status"] == "queued"] == [(4, 1)]


def worker_on_a_small_disk(folder: Path, max_bytes: int) -> Path:
    """A Python for workers that can write no file beyond `max_bytes`, as on a disk with no more room."""
    script = folder / "python-on-a-small-disk"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({max_bytes}, {max_bytes}))\n"
        f"os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("max_bytes", "step"), [(50_000, "Preprocessing"), (500_000, "Evaluating")])
def test_the_disk_of_a_worker_that_fills_up(
    new_server: Callable[..., ModelyardServer], tmp_path: Path, max_bytes: int, step: str
):
    server = new_server(worker_python=worker_on_a_small_disk(tmp_path, max_bytes)).start()
    with server.client() as http:
        http.post("projects/default/datasets/toy/versions?filename=t.csv", content=TABLE).raise_for_status()
        body = {"config": FOREST, "dataset": "toy"}
        http.post("projects/default/models/m/versions", json=body).raise_for_status()

        def ended() -> dict[str, Any] | None:
            version: dict[str, Any] = http.get("projects/default/models/m/versions/1").json()
            return version if version["status"] in ("Ready", "Failed") else None

        failed = wait_until(ended, 90)
        assert (failed["status"], failed["error"]["code"], failed["error"]["step"]) == ("Failed", "disk_full", step)
        assert "free some space" in failed["error"]["message"]
        assert failed["file_count"] == 0
        lines = http.get("projects/default/models/m/versions/1/log").json()["lines"]
        assert any("File too large" in line["text"] for line in lines)
    assert server.verify()["faults"] == []


def stored_files(server: ModelyardServer) -> set[Path]:
    # A walk does not mind that a folder goes meanwhile.
    walk = os.walk(server.data_dir / "files")
    return {Path(folder) / name for folder, _, names in walk for name in names}


def test_the_disk_of_the_server_that_fills_up_during_a_training(own_yard: Callable[..., Yard]):
    yard = own_yard()
    kept = stored_files(yard.server)
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    assert yard.server.process is not None
    _, hard = resource.prlimit(yard.server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(yard.server.process.pid, resource.RLIMIT_FSIZE, (6_000_000, hard))
    refused = worker.put_file("model/large", b"x" * 9_000_000)
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "storage_full")
    message = refused.json()["error"]["message"]
    assert worker.finish("Failed", error_code="disk_full", error_message=message).status_code == 204
    failed = yard.version()
    assert (failed["status"], failed["error"]["code"], failed["file_count"]) == ("Failed", "disk_full", 0)
    worker.end()
    wait_until(lambda: stored_files(yard.server) == kept)
    assert yard.server.verify()["faults"] == []

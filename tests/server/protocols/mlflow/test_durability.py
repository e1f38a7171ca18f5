"""What was answered is there after the server was killed, and numbers are given once and without gaps."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.server import ModelyardServer

API = "/api/2.0/mlflow"


def test_every_answered_write_is_there_after_a_kill(new_server: Callable[..., ModelyardServer]):
    server = new_server().start()
    runs = [
        httpx.post(f"{server.url}{API}/runs/create", json={"experiment_id": "0"}, trust_env=False).json()["run"]["info"]
        for _ in range(4)
    ]
    ledger: dict[str, list[int]] = {run["run_id"]: [] for run in runs}
    stop = threading.Event()

    def log(run_id: str) -> None:
        step = 0
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            while not stop.is_set():
                body = {"run_id": run_id, "key": "m", "value": step, "timestamp": step, "step": step}
                try:
                    if client.post(f"{API}/runs/log-metric", json=body).status_code == 200:
                        ledger[run_id].append(step)
                except httpx.TransportError:
                    return
                step += 1

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(log, run["run_id"]) for run in runs]
        stop.wait(1.5)
        server.kill()
        stop.set()
        for work in working:
            work.result()
    server.restart()
    for run_id, steps in ledger.items():
        asked = {"run_id": run_id, "metric_key": "m"}
        answer = httpx.get(f"{server.url}{API}/metrics/get-history", params=asked, trust_env=False).json()
        assert steps
        assert set(steps) <= {point["step"] for point in answer["metrics"]}


def test_versions_made_at_once_get_each_number_once(server: ModelyardServer, project: str):
    base = f"{server.url}/projects/{project}{API}"
    with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        client.post("/registered-models/create", json={"name": "m"}).raise_for_status()

        def register(index: int) -> int:
            # Every third one is refused; it must not take a number.
            source = "s3://b/m" if index % 3 else "/etc/passwd"
            answer = client.post("/model-versions/create", json={"name": "m", "source": source})
            return int(answer.json()["model_version"]["version"]) if answer.status_code == 200 else 0

        with ThreadPoolExecutor(8) as pool:
            numbers = [number for number in pool.map(register, range(60)) if number]
        assert sorted(numbers) == list(range(1, 41))

        def point(number: int) -> int:
            return client.post(
                "/registered-models/alias", json={"name": "m", "alias": "prod", "version": str(number)}
            ).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(point, [1, 2] * 10)) == {200}
        named = client.get("/registered-models/alias", params={"name": "m", "alias": "prod"}).json()["model_version"]
        assert named["version"] in {"1", "2"}

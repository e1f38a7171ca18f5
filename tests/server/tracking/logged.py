"""Logging through the MLflow protocol, for tests of what the native API shows of it."""

from typing import Any

import httpx

from tests.support.server import ModelyardServer


class Logged:
    """A project's experiments and runs, logged as the `mlflow` client does and read by the native API."""

    def __init__(self, server: ModelyardServer, http: httpx.Client, project: str) -> None:
        self.project = project
        self.url = server.url
        self.http = http
        self._base = f"{server.url}/projects/{project}"

    def mlflow(self, path: str, **body: Any) -> Any:
        answer = httpx.post(f"{self._base}/api/2.0/mlflow/{path}", json=body, timeout=60, trust_env=False)
        return answer.raise_for_status().json()

    def patch_mlflow(self, path: str, body: dict[str, Any]) -> None:
        answer = httpx.patch(f"{self._base}/api/2.0/mlflow/{path}", json=body, timeout=60, trust_env=False)
        answer.raise_for_status()

    def read_mlflow(self, path: str, **query: Any) -> Any:
        answer = httpx.get(f"{self._base}/api/2.0/mlflow/{path}", params=query, timeout=60, trust_env=False)
        return answer.raise_for_status().json()

    def experiment(self, name: str) -> str:
        return str(self.mlflow("experiments/create", name=name)["experiment_id"])

    def run(self, experiment: str, *, status: str | None = "FINISHED", started_at: int = 1000, **batch: Any) -> str:
        """A run that has `params`, `tags` and `metrics` by key (a metric may be a list: one value a step)."""
        made = self.mlflow("runs/create", experiment_id=experiment, start_time=started_at)
        run_id = str(made["run"]["info"]["run_id"])
        self.log(run_id, **batch)
        if status is not None:
            self.mlflow("runs/update", run_id=run_id, status=status, end_time=started_at + 2500)
        return run_id

    def log(
        self,
        run_id: str,
        params: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
        metrics: dict[str, Any] | None = None,
    ) -> None:
        points = [
            {"key": key, "value": value, "timestamp": step + 1, "step": step}
            for key, values in (metrics or {}).items()
            for step, value in enumerate(values if isinstance(values, list) else [values])
        ]
        pairs = {"params": params or {}, "tags": tags or {}}
        named = {kind: [{"key": key, "value": value} for key, value in items.items()] for kind, items in pairs.items()}
        self.mlflow("runs/log-batch", run_id=run_id, metrics=points, **named)

    def put(self, path: str, content: bytes) -> None:
        """Uploads an artifact below the root of this server's artifacts."""
        url = f"{self._base}/api/2.0/mlflow-artifacts/artifacts/{path}"
        httpx.put(url, content=content, timeout=60, trust_env=False).raise_for_status()

    def get(self, path: str, /, **query: Any) -> httpx.Response:
        return self.http.get(f"projects/{self.project}/{path}", params=query)

    def read(self, path: str, /, **query: Any) -> Any:
        return self.get(path, **query).raise_for_status().json()

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.request(method, f"projects/{self.project}/{path}", json=body)

    def change(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.send(method, path, body).raise_for_status()
        return answer.json() if answer.content else None

    def actions(self, kind: str) -> list[str]:
        """What the audit record says of objects of a kind, the newest first."""
        return [item["action"] for item in self.read("activity", object_kind=kind, limit=1000)["items"]]


def error(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    found: dict[str, Any] = answer.json()["error"]
    return found

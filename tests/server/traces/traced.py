"""Traces as the MLflow client logs them, for tests of what the native API and the page show of them."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.server.tracking.logged import Logged

Json = dict[str, Any]
MS = 1_000_000


@dataclass
class Step:
    """A span: `begin` and `end` in milliseconds since its trace began."""

    name: str
    begin: int
    end: int
    parent: str | None = None
    type: str | None = None
    inputs: Any = None
    outputs: Any = None
    attributes: Json | None = None
    error: str | None = None

    @property
    def id(self) -> str:
        return uuid.uuid5(uuid.NAMESPACE_OID, self.name).hex[:16]


def _attribute(key: str, value: Any) -> Json:
    return {"key": key, "value": {"stringValue": value if isinstance(value, str) else json.dumps(value)}}


def _span(trace_id: str, began_ns: int, step: Step, steps: dict[str, Step]) -> Json:
    said = {"mlflow.spanType": step.type, "mlflow.spanInputs": step.inputs, "mlflow.spanOutputs": step.outputs}
    given = {**{key: value for key, value in said.items() if value is not None}, **(step.attributes or {})}
    raised = [_attribute("exception.type", "ValueError"), _attribute("exception.message", step.error or "")]
    happened = {"name": "exception", "timeUnixNano": str(began_ns + step.end * MS), "attributes": raised}
    return {
        "traceId": trace_id.removeprefix("tr-"),
        "spanId": step.id,
        "name": step.name,
        "startTimeUnixNano": str(began_ns + step.begin * MS),
        "endTimeUnixNano": str(began_ns + step.end * MS),
        "attributes": [_attribute(key, value) for key, value in given.items()],
        "status": {"code": 2, "message": step.error} if step.error else {"code": 1},
        **({"parentSpanId": steps[step.parent].id} if step.parent else {}),
        **({"events": [happened]} if step.error else {}),
    }


class Traced:
    """Logs traces in the project of `logged`."""

    def __init__(self, logged: Logged) -> None:
        self.logged = logged
        self._base = f"{logged.url}/projects/{logged.project}"

    def mlflow(self, method: str, path: str, body: Json, *, of: str = "traces") -> Any:
        answer = httpx.request(
            method, f"{self._base}/api/3.0/mlflow/{of}{path}", json=body, timeout=60, trust_env=False
        )
        return answer.raise_for_status().json()

    def trace(
        self,
        experiment: str,
        request: Any = "What?",
        *,
        trace_id: str | None = None,
        name: str = "answer",
        state: str = "OK",
        at_ms: int = 1_790_000_000_000,
        duration: str = "1.5s",
        tags: Json | None = None,
        metadata: Json | None = None,
        steps: tuple[Step, ...] = (),
        **fields: Any,
    ) -> str:
        """The id of a new trace."""
        trace_id = trace_id or f"tr-{uuid.uuid4().hex}"
        info = {
            "trace_id": trace_id,
            "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}},
            "request_time": datetime.fromtimestamp(at_ms / 1000, tz=UTC).isoformat(),
            "execution_duration": duration,
            "state": state,
            "request_preview": request if isinstance(request, str) else json.dumps(request),
            "tags": {"mlflow.traceName": name, **(tags or {})},
            "trace_metadata": metadata or {},
            **fields,
        }
        self.mlflow("POST", "", {"trace": {"trace_info": info}})
        if steps:
            named = {step.name: step for step in steps}
            self.export(experiment, [_span(trace_id, at_ms * MS, step, named) for step in steps])
        return trace_id

    def export(self, experiment: str, spans: list[Json]) -> None:
        httpx.post(
            f"{self._base}/v1/traces",
            json={"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]},
            headers={"x-mlflow-experiment-id": experiment},
            timeout=60,
            trust_env=False,
        ).raise_for_status()

    def assess(self, trace: str, name: str, *, source: str = "HUMAN", **said: Any) -> str:
        """Feedback or an expectation; the id of the assessment."""
        given = {"assessment_name": name, "source": {"source_type": source, "source_id": "ada"}, **said}
        made = self.mlflow("POST", f"/{trace}/assessments", {"assessment": given})
        return str(made["assessment"]["assessment_id"])

    def link(self, run: str, *traces: str) -> None:
        self.mlflow("POST", "/link-to-run", {"run_id": run, "trace_ids": list(traces)})

    def dataset(self, name: str, *experiments: str, tags: Json | None = None, records: Sequence[Json] = ()) -> str:
        """The id of a new evaluation dataset."""
        given = {"name": name, "experiment_ids": list(experiments), "tags": json.dumps(tags or {})}
        made = str(self.mlflow("POST", "/create", given, of="datasets")["dataset"]["dataset_id"])
        if records:
            self.put_records(made, *records)
        return made

    def put_records(self, dataset: str, *records: Json) -> None:
        self.mlflow("POST", f"/{dataset}/records", {"records": json.dumps(records)}, of="datasets")

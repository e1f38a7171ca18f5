"""Prints as JSON the traces that the stock client sees in a store. Run by MLflow's Python.

`describe_traces.py URI [exported]`: with the second, runs are called by their names, as an export gives them new ids.
"""

import json
import sys
from typing import Any

import mlflow
from mlflow.entities import ViewType

uri, exported = sys.argv[1], "exported" in sys.argv[2:]
mlflow.set_tracking_uri(uri)
client = mlflow.MlflowClient()
OF_SERVERS = (
    "mlflow.artifactLocation",
    "mlflow.trace.spansLocation",
    "mlflow.trace.infoFinalized",
    "modelyard.exported",
)
"""What a server sets by itself."""


def own(pairs: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in pairs.items() if key not in OF_SERVERS}
    if exported and "mlflow.sourceRun" in kept:
        kept["mlflow.sourceRun"] = client.get_run(kept["mlflow.sourceRun"]).info.run_name
    return kept


def span(found: Any) -> dict[str, Any]:
    return {
        "ids": [found.span_id, found.parent_id],
        "name": found.name,
        "type": found.span_type,
        "times": [found.start_time_ns, found.end_time_ns],
        "status": [str(found.status.status_code), found.status.description],
        "inputs": found.inputs,
        "outputs": found.outputs,
        "attributes": found.attributes,
        "events": [[each.name, each.timestamp, each.attributes] for each in found.events],
    }


def assessment(found: Any) -> dict[str, Any]:
    """Without what the client forgets of expectations on their way from a server."""
    described = found.to_dictionary()
    forgotten = ("valid",) if "expectation" in described else ()
    return {key: value for key, value in described.items() if value is not None and key not in forgotten}


def trace(found: Any) -> dict[str, Any]:
    info = found.info
    return {
        "id": info.trace_id,
        "state": str(info.state),
        "times": [info.request_time, info.execution_duration],
        "request": [info.client_request_id, info.request_preview, info.response_preview],
        "tags": own(info.tags),
        "metadata": own(info.trace_metadata),
        "spans": sorted(map(span, found.data.spans), key=lambda each: each["times"]),
        "assessments": sorted(map(assessment, info.assessments), key=lambda each: each["assessment_id"]),
    }


described = {}
for experiment in client.search_experiments(view_type=ViewType.ACTIVE_ONLY):
    key = experiment.experiment_id
    traces = client.search_traces(locations=[key], max_results=500)
    runs = client.search_runs([key])
    linked = {
        run.info.run_name: sorted(
            each.info.trace_id
            for each in client.search_traces(
                locations=[key], filter_string=f"run_id = '{run.info.run_id}'", include_spans=False
            )
        )
        for run in runs
    }
    if traces:
        described[experiment.name] = {
            "traces": sorted(map(trace, traces), key=lambda each: each["id"]),
            "linked": linked,
        }
sys.stdout.write(json.dumps(described))

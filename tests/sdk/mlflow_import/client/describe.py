"""Prints as JSON what the stock client sees in a store, without what may differ between two. Run by MLflow's Python."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import mlflow
from mlflow.entities import Run, ViewType

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = mlflow.MlflowClient()
exported = len(sys.argv) > 2
"""With another word after the address, ids are left out: those of an export are new."""
PARENT = "mlflow.parentRunId"
OF_EXPORTS = ("modelyard.exported_from", "modelyard.exported", "mlflow.modelVersions", PARENT)
"""Tags that say where something came from, that MLflow's own registry adds, or that have an id."""


def own(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not (exported and key in OF_EXPORTS)}


def number(value: float) -> str:
    """A database of MLflow keeps the largest numbers in place of infinities."""
    return str(value) if abs(value) < sys.float_info.max else "large" + "-" * (value < 0)


def run(found: Run) -> dict[str, Any]:
    run_id = found.info.run_id
    whole = client.get_run(run_id)
    histories = {
        key: sorted([item.step, item.timestamp, number(item.value)] for item in client.get_metric_history(run_id, key))
        for key in whole.data.metrics
    }
    info = whole.info
    deleted = info.lifecycle_stage == "deleted"
    described = {
        "info": [info.run_name, info.status, info.start_time, info.end_time, info.user_id, info.lifecycle_stage],
        "parent": client.get_run(whole.data.tags[PARENT]).info.run_name if PARENT in whole.data.tags else None,
        "params": whole.data.params,
        "tags": own(whole.data.tags),
        "metrics": {key: number(value) for key, value in whole.data.metrics.items()},
        "histories": histories,
        "datasets": sorted(
            [each.dataset.name, each.dataset.digest, each.dataset.schema or "", [[t.key, t.value] for t in each.tags]]
            for each in whole.inputs.dataset_inputs
        ),
        "given": len(whole.inputs.model_inputs),
        "made": [each.step for each in whole.outputs.model_outputs] if whole.outputs else [],
        "files": {} if deleted else files(client.list_artifacts, run_id),
    }
    return described if exported else {"run_id": run_id, **described}


def files(list_them: Any, owner: str, path: str | None = None) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in list_them(owner, path):
        found |= files(list_them, owner, entry.path) if entry.is_dir else {entry.path: entry.file_size}
    return found


def logged_model(model: Any) -> dict[str, Any]:
    described = {
        "name": model.name,
        "status": str(model.status),
        "type": model.model_type,
        "params": model.params,
        "tags": own(model.tags),
        "metrics": sorted([m.key, m.value, m.timestamp, m.step] for m in model.metrics or []),
        "files": files(client.list_logged_model_artifacts, model.model_id),
    }
    return described if exported else {"id": model.model_id, "at": model.creation_timestamp, **described}


def version(found: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(f"models:/{found.name}/{found.version}", dst_path=folder)
        inside = sorted(path.name for path in Path(place).rglob("*") if path.is_file() and path.suffix != ".yaml")
    described = {
        "number": str(found.version),
        "stage": found.current_stage,
        "status": found.status,
        "description": found.description,
        "tags": own(found.tags),
        "files": inside,
    }
    return described if exported else {"run": found.run_id, "at": found.creation_timestamp, **described}


experiments = {}
for experiment in client.search_experiments(view_type=ViewType.ALL):
    if experiment.name.startswith("[model]"):
        continue
    runs = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL, max_results=5000)
    models = client.search_logged_models([experiment.experiment_id])
    experiments[experiment.name] = {
        "stage": experiment.lifecycle_stage,
        "tags": own(experiment.tags),
        "runs": sorted(map(run, runs), key=str),
        "models": sorted(map(logged_model, models), key=str),
    }
models = {
    model.name: {
        "description": model.description or "",
        "tags": model.tags,
        "aliases": {alias: str(found) for alias, found in client.get_registered_model(model.name).aliases.items()},
        "versions": sorted(
            (version(found) for found in client.search_model_versions(f'name = "{model.name}"')), key=str
        ),
    }
    for model in client.search_registered_models()
}
prompts = [client.get_prompt_version("greeting", each).template for each in (1, 2)]
sys.stdout.write(json.dumps({"experiments": experiments, "models": models, "prompts": prompts}))

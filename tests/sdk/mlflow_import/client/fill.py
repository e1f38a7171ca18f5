"""Fills an MLflow store with one of everything and many runs. Run by MLflow's own Python: `fill.py URI RUNS`."""

import sys
import tempfile
from pathlib import Path

import mlflow
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
)

uri, count = sys.argv[1], int(sys.argv[2])
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = mlflow.MlflowClient()


def points(key: str, total: int) -> list[Metric]:
    return [Metric(key, 1 / (step + 1), 1_700_000_000_000 + step // 2, step) for step in range(total)]


def fill_rich(experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment, run_name="rich", description="All of it") as run:
        run_id = run.info.run_id
        mlflow.log_params({"alpha": 0.5, "nested/key": "x" * 500, "empty": ""})
        mlflow.set_tags({"team": "fraud", "long": "y" * 4000})
        client.log_batch(run_id, points("train/loss", 900))
        mlflow.log_metric("nan", float("nan"))
        mlflow.log_metric("infinite", float("-inf"))
        mlflow.log_metric("same", 1.0, step=3, timestamp=5)
        mlflow.log_metric("same", 2.0, step=3, timestamp=5)
        datasets = [
            DatasetInput(Dataset("table", "d1", "local", '{"uri": "x"}', "schema", "profile"), [InputTag("a", "b")]),
            DatasetInput(Dataset("other", "d2", "local", "{}"), [InputTag("mlflow.data.context", "train")]),
        ]
        client.log_inputs(run_id, datasets=datasets)
        mlflow.log_text("hello", "notes/read me.txt")
        mlflow.log_text("x" * 200_000, "large.txt")
        model = client.create_logged_model(
            experiment, "tree", source_run_id=run_id, params={"depth": "3"}, tags={"kind": "tree"}, model_type="sklearn"
        )
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "MLmodel").write_text("flavors: {}\n")
            client.log_model_artifacts(model.model_id, folder)
        client.finalize_logged_model(model.model_id, "READY")
        client.log_metric(run_id, "auc", 0.9, step=2, model_id=model.model_id)
        client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 2)])
        client.log_inputs(run_id, models=[LoggedModelInput(model.model_id)])
    with mlflow.start_run(experiment_id=experiment, run_name="parent"):
        with mlflow.start_run(experiment_id=experiment, run_name="child", nested=True) as child:
            mlflow.log_metric("m", 1)
        client.set_terminated(child.info.run_id, "FAILED")
    gone = client.create_run(experiment, run_name="deleted")
    client.log_param(gone.info.run_id, "p", "1")
    client.delete_run(gone.info.run_id)
    client.create_run(experiment, run_name="running")
    fill_registry(run.info.artifact_uri, run_id, model.model_id)


def fill_registry(artifact_uri: str, run_id: str, model_id: str) -> None:
    client.create_registered_model("churn (EU)", tags={"owner": "ann"}, description="Who leaves")
    client.create_registered_model("empty")
    for number in range(1, 5):
        source = f"models:/{model_id}" if number == 2 else f"{artifact_uri}/notes"
        client.create_model_version(
            "churn (EU)",
            source,
            run_id=run_id,
            tags={"number": str(number)},
            description=f"the {number}.",
            model_id=model_id if number == 2 else None,
            await_creation_for=0,
        )
    client.delete_model_version("churn (EU)", "1")
    client.delete_model_version("churn (EU)", "4")
    client.transition_model_version_stage("churn (EU)", "3", "Production")
    client.set_registered_model_alias("churn (EU)", "champion", "2")
    client.set_registered_model_alias("churn (EU)", "old", "3")


def fill_many(experiment: str) -> None:
    for number in range(count):
        run = client.create_run(experiment, run_name=f"run {number}", start_time=1_700_000_000_000 + number)
        run_id = run.info.run_id
        client.log_batch(
            run_id,
            metrics=[*points("loss", 40), *points("accuracy", 40)],
            params=[Param(f"p{index}", str(number % (index + 2))) for index in range(5)],
            tags=[RunTag("number", str(number))],
        )
        client.log_text(run_id, f"run {number}", "out/log.txt")
        client.set_terminated(run_id, end_time=1_700_000_100_000 + number)


def fill_prompt() -> None:
    client.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"tone": "kind"})
    client.register_prompt("greeting", "Good day {{name}}")


fill_rich(client.create_experiment("rich: one", tags={"mlflow.note.content": "Notes"}))
fill_many(client.create_experiment("many"))
client.delete_experiment(client.create_experiment("deleted"))
fill_prompt()

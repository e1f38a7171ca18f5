"""Reading MLflow's own database: SQLite or PostgreSQL, of any version since 1.0; nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, text

from modelyard.sdk.mlflow_import.sources.files import Files
from modelyard.sdk.mlflow_import.sources.records import (
    DELETED_STAGE,
    MAX_POINTS,
    SourceExperiment,
    SourceFile,
    SourceLoggedModel,
    SourceModel,
    SourceRun,
    SourceVersion,
    json_value,
    named,
    series,
)
from modelyard.sdk.mlflow_import.sources.tables import Tables
from modelyard.sdk.mlflow_import.sources.traces.database import DatabaseTraces
from modelyard.sdk.mlflow_import.sources.traces.source import TraceSource
from modelyard.wire.imports import (
    DatasetLine,
    ExperimentLine,
    LoggedModelLine,
    ModelLine,
    ModelMetricLine,
    RunLine,
    Series,
    VersionLine,
)

_RUNS_A_PAGE = 500
_MODEL_STATUSES = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}


class DatabaseSource:
    """`artifacts` says where `mlflow-artifacts:/` of that server is, when it had one."""

    def __init__(self, uri: str, artifacts: str | None, workspace: str = "default") -> None:
        self._tables = Tables(uri, workspace)
        self.name = self._tables.name
        self.problems: list[tuple[str, str, str]] = []
        self.notes: list[str] = []
        self._files = Files(artifacts)
        self.traces: TraceSource = DatabaseTraces(self._tables, self._files, self.problems)

    def close(self) -> None:
        self._tables.close()

    def experiments(self) -> list[SourceExperiment]:
        tags = self._tables.pairs("experiment_tags", "experiment_id", None)
        rows = self._tables.all(f"SELECT * FROM experiments{self._tables.here('experiments')} ORDER BY experiment_id")  # noqa: S608
        return [
            SourceExperiment(
                ExperimentLine(
                    key=str(row["experiment_id"]),
                    name=row["name"],
                    state=row["lifecycle_stage"] or "active",
                    created_at=row.get("creation_time"),
                    updated_at=row.get("last_update_time"),
                    tags=tags[row["experiment_id"]],
                ),
                row["artifact_location"] or "",
            )
            for row in rows
        ]

    def run_pages(self, experiment: SourceExperiment) -> Iterator[list[SourceRun]]:
        last = ""
        while True:
            rows = self._tables.all(
                "SELECT * FROM runs WHERE experiment_id = :experiment AND run_uuid > :last "
                "ORDER BY run_uuid LIMIT :most",
                experiment=int(experiment.line.key),
                last=last,
                most=_RUNS_A_PAGE,
            )
            if not rows:
                return
            last = rows[-1]["run_uuid"]
            yield self._runs(experiment, rows)

    def _runs(self, experiment: SourceExperiment, rows: Sequence[dict[str, Any]]) -> list[SourceRun]:
        ids = [row["run_uuid"] for row in rows]
        params = self._tables.pairs("params", "run_uuid", ids)
        tags = self._tables.pairs("tags", "run_uuid", ids)
        counts: defaultdict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
        for row in self._tables.select_by_ids(
            "SELECT run_uuid, key, count(*) AS n, max(timestamp) AS t, max(step) AS s FROM metrics "
            "WHERE run_uuid IN :ids GROUP BY run_uuid, key ORDER BY run_uuid, key",
            ids,
        ):
            counts[row["run_uuid"]][row["key"]] = (row["n"], row["t"], row["s"])
        datasets, inputs, outputs = self._inputs(ids)
        runs = []
        for row in rows:
            run_id = row["run_uuid"]
            name = row["name"] or tags[run_id].get("mlflow.runName", "")
            line = RunLine(
                run_id=run_id,
                experiment=experiment.line.key,
                name=name,
                status=row["status"],
                state=row["lifecycle_stage"] or "active",
                user=row["user_id"] or "",
                started_at=row["start_time"] or 0,
                ended_at=row["end_time"],
                params=params[run_id],
                tags=named(tags[run_id], name),
                datasets=datasets[run_id],
                input_models=inputs[run_id],
                output_models=outputs[run_id],
            )
            metrics = counts[run_id]
            total = sum(count for count, _, _ in metrics.values())
            runs.append(SourceRun(line, row["artifact_uri"] or "", sorted(metrics.items()), list(metrics), total))
        return runs

    def _inputs(self, ids: Sequence[str]) -> tuple[Any, Any, Any]:
        datasets: defaultdict[str, list[DatasetLine]] = defaultdict(list)
        models: defaultdict[str, list[str]] = defaultdict(list)
        outputs: defaultdict[str, dict[str, int]] = defaultdict(dict)
        if "inputs" not in self._tables.columns:
            return datasets, models, outputs
        rows = self._tables.select_by_ids(
            "SELECT i.input_uuid, i.destination_id AS run, d.* FROM inputs i JOIN datasets d "
            "ON d.dataset_uuid = i.source_id WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' "
            "AND i.destination_id IN :ids ORDER BY i.destination_id, d.name, d.digest",
            ids,
        )
        tags = self._tables.pairs("input_tags", "input_uuid", [row["input_uuid"] for row in rows], key="name")
        for row in rows:
            datasets[row["run"]].append(
                DatasetLine(
                    row["name"],
                    row["digest"],
                    row["dataset_source_type"],
                    row["dataset_source"],
                    row["dataset_schema"],
                    row["dataset_profile"],
                    tags[row["input_uuid"]],
                )
            )
        step = "step" if "step" in self._tables.columns["inputs"] else "0 AS step"
        for row in self._tables.select_by_ids(
            f"SELECT source_type, source_id, destination_id, {step} FROM inputs WHERE source_id IN :ids AND "  # noqa: S608
            "destination_type IN ('MODEL_INPUT', 'MODEL_OUTPUT') ORDER BY destination_id",
            ids,
        ):
            if row["source_type"] == "RUN_OUTPUT":
                outputs[row["source_id"]][row["destination_id"]] = row["step"]
            else:
                models[row["source_id"]].append(row["destination_id"])
        return datasets, models, outputs

    def histories(
        self,
        experiment: SourceExperiment,  # noqa: ARG002 - Source's signature
        runs: Sequence[SourceRun],
    ) -> Iterator[tuple[str, str, Series]]:
        ids = [run.line.run_id for run in runs if run.metric_keys]
        if not ids:
            return
        nan = "is_nan" if "is_nan" in self._tables.columns["metrics"] else "0"
        step = "step" if "step" in self._tables.columns["metrics"] else "0"
        statement = text(
            f"SELECT run_uuid, key, {step}, timestamp, value, {nan} FROM metrics WHERE run_uuid IN :ids "  # noqa: S608
            "ORDER BY run_uuid, key, timestamp, 3"
        ).bindparams(bindparam("ids", expanding=True))
        rows = self._tables.stream(statement, {"ids": ids})
        for (run_id, key), group in groupby(rows, lambda row: (row[0], row[1])):
            piece: list[tuple[int, int, Any]] = []
            for row in group:
                piece.append((row[2], row[3], "NaN" if row[5] else json_value(row[4])))
                if len(piece) >= MAX_POINTS:
                    yield run_id, key, series(piece)
                    piece = []
            if piece:
                yield run_id, key, series(piece)

    def logged_models(self, experiment: SourceExperiment) -> Iterator[SourceLoggedModel]:
        if "logged_models" not in self._tables.columns:
            return
        key = int(experiment.line.key)
        rows = self._tables.all("SELECT * FROM logged_models WHERE experiment_id = :key ORDER BY model_id", key=key)
        ids = [row["model_id"] for row in rows]
        params = self._tables.pairs("logged_model_params", "model_id", ids, key="param_key", value="param_value")
        tags = self._tables.pairs("logged_model_tags", "model_id", ids, key="tag_key", value="tag_value")
        metrics: defaultdict[str, list[ModelMetricLine]] = defaultdict(list)
        for row in self._tables.select_by_ids("SELECT * FROM logged_model_metrics WHERE model_id IN :ids", ids):
            metrics[row["model_id"]].append(
                ModelMetricLine(
                    row["metric_name"],
                    "NaN" if row["metric_value"] is None else json_value(row["metric_value"]),
                    row["metric_timestamp_ms"],
                    row["metric_step"],
                    row["run_id"],
                    row["dataset_name"] or "",
                    row["dataset_digest"] or "",
                )
            )
        for row in rows:
            line = LoggedModelLine(
                model_id=row["model_id"],
                experiment=experiment.line.key,
                name=row["name"],
                model_type=row["model_type"] or "",
                source_run_id=row["source_run_id"] or "",
                status=_MODEL_STATUSES.get(row["status"], "LOGGED_MODEL_READY"),  # type: ignore[arg-type]
                state=row["lifecycle_stage"] or "active",
                created_at=row["creation_timestamp_ms"],
                updated_at=row["last_updated_timestamp_ms"],
                params=params[row["model_id"]],
                tags=tags[row["model_id"]],
                metrics=metrics[row["model_id"]],
            )
            yield SourceLoggedModel(line, row["artifact_location"] or "")

    def models(self) -> Iterator[SourceModel]:
        if "registered_models" not in self._tables.columns:
            return
        here = self._tables.here("registered_models")
        for row in self._tables.all(f"SELECT * FROM registered_models{here} ORDER BY name"):  # noqa: S608
            name = row["name"]
            model = SourceModel(
                ModelLine(
                    name=name,
                    description=row["description"] or "",
                    created_at=row["creation_time"] or 0,
                    updated_at=row["last_updated_time"] or 0,
                    tags=self._of_model("registered_model_tags", name),
                )
            )
            self._add_versions(model)
            if "registered_model_aliases" in self._tables.columns:
                model.aliases = {
                    alias["alias"]: int(alias["version"]) for alias in self._named("registered_model_aliases", name)
                }
            yield model

    def _add_versions(self, model: SourceModel) -> None:
        name = model.line.name
        tags: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for tag in self._named("model_version_tags", name):
            tags[tag["version"]][tag["key"]] = tag["value"] or ""
        for row in self._named("model_versions", name, "version"):
            model.line.last_number = max(model.line.last_number, row["version"])
            if row["current_stage"] == DELETED_STAGE:
                continue
            line = VersionLine(
                model=name,
                number=row["version"],
                description=row["description"] or "",
                created_at=row["creation_time"] or 0,
                updated_at=row["last_updated_time"] or 0,
                user=row["user_id"] or "",
                stage=row["current_stage"] or "None",
                status=row["status"] or "READY",
                status_message=row.get("status_message") or "",
                source=row["source"] or "",
                run_id=row["run_id"] or "",
                run_link=row.get("run_link") or "",
                tags=tags[row["version"]],
            )
            model.versions.append(SourceVersion(line, row.get("storage_location") or row["source"] or ""))

    def list_files(self, location: str, owner: RunLine | LoggedModelLine | None) -> list[SourceFile]:  # noqa: ARG002
        return self._files.list_files(location)

    def read_file(
        self,
        location: str,
        path: str,
        owner: RunLine | LoggedModelLine | None,  # noqa: ARG002
    ) -> Iterator[bytes]:
        return self._files.read_file(location, path)

    def _named(self, table: str, name: str, order: str = "1") -> list[dict[str, Any]]:
        here = self._tables.here(table)
        where = f"{here} AND name = :name" if here else " WHERE name = :name"
        return self._tables.all(f"SELECT * FROM {table}{where} ORDER BY {order}", name=name)  # noqa: S608

    def _of_model(self, table: str, name: str) -> dict[str, str]:
        return {row["key"]: row["value"] or "" for row in self._named(table, name)}

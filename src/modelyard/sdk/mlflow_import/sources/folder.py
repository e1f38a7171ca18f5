"""Reading a folder of MLflow's file store, `./mlruns`, of any version since 1.0; nothing is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelyard.sdk._errors import InvalidArgumentError, ModelyardError
from modelyard.sdk.mlflow_import.sources.files import Files
from modelyard.sdk.mlflow_import.sources.folder_files import META, children, lines, read_meta, texts, walk
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
from modelyard.sdk.mlflow_import.sources.traces.folder import FolderTraces
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

_TRASH = ".trash"
_MODELS = "models"
_RUNS_A_PAGE = 200
_STATUSES: dict[Any, Any] = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_MODEL_STATUSES: dict[Any, Any] = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}


class FolderSource:
    """`artifacts` says where `mlflow-artifacts:/` of the server on this folder is, when it had one."""

    def __init__(self, root: Path, artifacts: str | None) -> None:
        if not root.is_dir():
            raise InvalidArgumentError(f"There is no folder {str(root)!r}.")
        self._root = root.resolve()
        self.name = f"file://{self._root}"
        self.problems: list[tuple[str, str, str]] = []
        self.notes: list[str] = []
        self._files = Files(artifacts)
        self.traces: TraceSource = FolderTraces(self._folder_of, self._files, self.problems)
        if not any(self._folders()) and not (self._root / _MODELS).is_dir():
            raise InvalidArgumentError(f"{str(root)!r} is not a folder of MLflow: no experiment is in it.")

    def close(self) -> None:
        pass

    def _folders(self) -> Iterator[Path]:
        for above in (self._root, self._root / _TRASH):
            if above.is_dir():
                yield from (path for path in sorted(above.iterdir()) if (path / META).is_file())

    def experiments(self) -> list[SourceExperiment]:
        experiments = []
        for folder in self._folders():
            with self._leaving_out("experiments", folder.name):
                experiments.append(_experiment(folder))
        return experiments

    def _folder_of(self, experiment: SourceExperiment) -> Path:
        folder = self._root / experiment.line.key
        return folder if folder.is_dir() else self._root / _TRASH / experiment.line.key

    def run_pages(self, experiment: SourceExperiment) -> Iterator[list[SourceRun]]:
        folder = self._folder_of(experiment)
        # A run has its meta.yaml; the folders of datasets, tags and models do not.
        names = sorted(path.name for path in folder.iterdir() if (path / META).is_file())
        for start in range(0, len(names), _RUNS_A_PAGE):
            page = []
            for name in names[start : start + _RUNS_A_PAGE]:
                with self._leaving_out("runs", name):
                    page.append(self._run(experiment, folder / name))
            yield page

    @contextmanager
    def _leaving_out(self, kind: str, key: str) -> Iterator[None]:
        """Names an object that is damaged, and lets everything else be read."""
        try:
            yield
        except (ModelyardError, KeyError, ValueError, TypeError) as error:
            reason = f"it lacks the field {error}" if isinstance(error, KeyError) else str(error)
            self.problems.append((kind, key, reason))

    def _run(self, experiment: SourceExperiment, folder: Path) -> SourceRun:
        meta = read_meta(folder)
        tags = texts(folder / "tags")
        name = str(meta.get("run_name") or meta.get("name") or tags.get("mlflow.runName") or "")
        metrics = {key: path.stat() for key, path in walk(folder / "metrics")}
        line = RunLine(
            run_id=str(meta.get("run_id") or meta.get("run_uuid") or folder.name),
            experiment=experiment.line.key,
            name=name,
            status=_STATUSES.get(meta["status"], meta["status"]),
            state=meta.get("lifecycle_stage") or "active",
            user=str(meta.get("user_id") or ""),
            started_at=meta.get("start_time") or 0,
            ended_at=meta.get("end_time"),
            params=texts(folder / "params"),
            tags=named(tags, name),
            datasets=_datasets(folder),
            input_models=[item["source_id"] for item in _inputs(folder) if item["source_type"].startswith("MODEL")],
            output_models={
                item["destination_id"]: int(item.get("step") or 0)
                for item in (read_meta(path) for path in children(folder / "outputs"))
            },
        )
        state = [(key, status.st_size, status.st_mtime_ns) for key, status in metrics.items()]
        return SourceRun(line, str(meta.get("artifact_uri") or folder / "artifacts"), state, list(metrics), None)

    def histories(self, experiment: SourceExperiment, runs: Sequence[SourceRun]) -> Iterator[tuple[str, str, Series]]:
        folder = self._folder_of(experiment)
        for run in runs:
            for key, path in walk(folder / run.line.run_id / "metrics"):
                points: list[tuple[int, int, Any]] = []
                with self._leaving_out("metrics", f"{run.line.run_id}/{key}"):
                    points = _points(path)
                for start in range(0, len(points), MAX_POINTS):
                    yield run.line.run_id, key, series(points[start : start + MAX_POINTS])

    def logged_models(self, experiment: SourceExperiment) -> Iterator[SourceLoggedModel]:
        for folder in children(self._folder_of(experiment) / _MODELS):
            with self._leaving_out("logged_models", folder.name):
                yield _logged_model(experiment.line.key, folder)

    def models(self) -> Iterator[SourceModel]:
        for folder in children(self._root / _MODELS):
            with self._leaving_out("models", folder.name):
                yield _model(folder)

    def list_files(self, location: str, owner: RunLine | LoggedModelLine | None) -> list[SourceFile]:  # noqa: ARG002
        return self._files.list_files(location)

    def read_file(
        self,
        location: str,
        path: str,
        owner: RunLine | LoggedModelLine | None,  # noqa: ARG002
    ) -> Iterator[bytes]:
        return self._files.read_file(location, path)


def _experiment(folder: Path) -> SourceExperiment:
    meta = read_meta(folder)
    line = ExperimentLine(
        key=str(meta.get("experiment_id", folder.name)),
        name=str(meta["name"]),
        state="deleted" if folder.parent.name == _TRASH else meta.get("lifecycle_stage") or "active",
        created_at=meta.get("creation_time"),
        updated_at=meta.get("last_update_time"),
        tags=texts(folder / "tags"),
    )
    return SourceExperiment(line, str(meta.get("artifact_location") or folder))


def _logged_model(experiment: str, folder: Path) -> SourceLoggedModel:
    meta = read_meta(folder)
    line = LoggedModelLine(
        model_id=str(meta.get("model_id") or folder.name),
        experiment=experiment,
        name=str(meta["name"]),
        model_type=str(meta.get("model_type") or ""),
        source_run_id=str(meta.get("source_run_id") or ""),
        status=_MODEL_STATUSES.get(meta.get("status"), "LOGGED_MODEL_READY"),
        state=meta.get("lifecycle_stage") or "active",
        created_at=meta.get("creation_timestamp") or 0,
        updated_at=meta.get("last_updated_timestamp") or meta.get("creation_timestamp") or 0,
        params=texts(folder / "params"),
        tags=texts(folder / "tags"),
        metrics=[_model_metric(key, words) for key, path in walk(folder / "metrics") for words in lines(path, (4, 6))],
    )
    return SourceLoggedModel(line, str(meta.get("artifact_location") or folder / "artifacts"))


def _model(folder: Path) -> SourceModel:
    meta = read_meta(folder)
    model = SourceModel(
        ModelLine(
            name=str(meta["name"]),
            description=str(meta.get("description") or ""),
            created_at=meta.get("creation_timestamp") or 0,
            updated_at=meta.get("last_updated_timestamp") or 0,
            tags=texts(folder / "tags"),
        ),
        aliases={alias: int(number) for alias, number in texts(folder / "aliases").items()},
    )
    folders = [path for path in children(folder) if path.name.startswith("version-")]
    for path in sorted(folders, key=lambda item: int(item.name.removeprefix("version-"))):
        _add_version(model, path)
    return model


def _add_version(model: SourceModel, folder: Path) -> None:
    meta = read_meta(folder)
    number = int(meta["version"])
    model.line.last_number = max(model.line.last_number, number)
    if meta.get("current_stage") == DELETED_STAGE:
        return
    source = str(meta.get("source") or "")
    line = VersionLine(
        model=model.line.name,
        number=number,
        description=str(meta.get("description") or ""),
        created_at=meta.get("creation_timestamp") or 0,
        updated_at=meta.get("last_updated_timestamp") or 0,
        user=str(meta.get("user_id") or ""),
        stage=meta.get("current_stage") or "None",
        status=meta.get("status") or "READY",
        status_message=str(meta.get("status_message") or ""),
        source=source,
        run_id=str(meta.get("run_id") or ""),
        run_link=str(meta.get("run_link") or ""),
        logged_model_id=str(meta.get("model_id") or ""),
        tags=texts(folder / "tags"),
    )
    model.versions.append(SourceVersion(line, str(meta.get("storage_location") or source)))


def _points(path: Path) -> list[tuple[int, int, Any]]:
    """Each point once: the file has one more line whenever it was logged again."""
    rows = (
        (int(words[2]) if len(words) > 2 else 0, int(words[0]), json_value(float(words[1])))
        for words in lines(path, (2, 3, 5))
    )
    return list(dict.fromkeys(rows))


def _model_metric(key: str, words: Sequence[str]) -> ModelMetricLine:
    name, digest = (words[4], words[5]) if len(words) == 6 else ("", "")
    return ModelMetricLine(key, json_value(float(words[1])), int(words[0]), int(words[2]), words[3], name, digest)


def _inputs(folder: Path) -> list[dict[str, Any]]:
    return [read_meta(path) for path in children(folder / "inputs")]


def _datasets(folder: Path) -> list[DatasetLine]:
    datasets = []
    for item in _inputs(folder):
        if item["source_type"] != "DATASET":
            continue
        meta = read_meta(folder.parent / "datasets" / item["source_id"])
        tags = {str(key): str(value) for key, value in (item.get("tags") or {}).items()}
        datasets.append(
            DatasetLine(
                meta["name"],
                meta["digest"],
                meta["source_type"],
                meta["source"],
                meta.get("schema"),
                meta.get("profile"),
                tags,
            )
        )
    return datasets

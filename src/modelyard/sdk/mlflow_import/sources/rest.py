"""Reading a running MLflow server by its REST protocol."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from modelyard.sdk._errors import NotFoundError
from modelyard.sdk.mlflow_import.protocol import MlflowHttp
from modelyard.sdk.mlflow_import.sources.files import PROXY, STORES, Files
from modelyard.sdk.mlflow_import.sources.records import (
    MAX_POINTS,
    PROMPT_TAG,
    SourceExperiment,
    SourceFile,
    SourceLoggedModel,
    SourceModel,
    SourceRun,
    SourceVersion,
    json_value,
    list_in,
    named,
    series,
)
from modelyard.sdk.mlflow_import.sources.traces.rest import RestTraces
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
_POINTS_A_PAGE = 25_000
_AT_ONCE = 4
_VERSIONS_TAG = "mlflow.modelVersions"
_DELETED_NUMBERS = (
    "The server does not tell the numbers of deleted versions: if the newest version of a model was deleted there, its "
    "number may be given here again. Import from its database or folder to keep such numbers."
)


class RestSource:
    """Artifacts come through the server's proxy, from a store, or from this machine where they are on it."""

    def __init__(self, http: MlflowHttp) -> None:
        self._http = http
        self.name = http.url
        self.problems: list[tuple[str, str, str]] = []
        self.notes: list[str] = []
        self._registered: dict[str, int] = {}
        self._files = Files(None)
        self._models_found: bool | None = None
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="modelyard-mlflow")
        self.traces: TraceSource = RestTraces(http, self._pool, self.problems)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def experiments(self) -> list[SourceExperiment]:
        experiments = []
        for item in self._http.pages("experiments", "POST", "experiments/search", max_results=1000, view_type="ALL"):
            line = ExperimentLine(
                key=str(item["experiment_id"]),
                name=item["name"],
                state=item.get("lifecycle_stage") or "active",
                created_at=_moment(item, "creation_time"),
                updated_at=_moment(item, "last_update_time"),
                tags=_pairs(item.get("tags")),
            )
            experiments.append(SourceExperiment(line, item.get("artifact_location") or ""))
        return sorted(experiments, key=lambda experiment: int(experiment.line.key))

    def run_pages(self, experiment: SourceExperiment) -> Iterator[list[SourceRun]]:
        runs = self._http.pages(
            "runs",
            "POST",
            "runs/search",
            experiment_ids=[experiment.line.key],
            run_view_type="ALL",
            max_results=_RUNS_A_PAGE,
            order_by=["attributes.start_time ASC"],
        )
        while page := list(islice(runs, _RUNS_A_PAGE)):
            # A search leaves out which models a run was given.
            whole = self._pool.map(self._whole_run, page) if self._has_models(experiment.line.key) else page
            yield [_run(experiment.line.key, item) for item in whole]

    def _whole_run(self, item: dict[str, Any]) -> dict[str, Any]:
        info = item["info"]
        run: dict[str, Any] = self._http.get("runs/get", run_id=info.get("run_id") or info["run_uuid"])["run"]
        return run

    def _has_models(self, experiment: str) -> bool:
        """Whether there are logged models, which runs of any experiment may have been given."""
        if self._models_found is None:
            keys = [each.line.key for each in self.experiments()] or [experiment]
            try:
                answer = self._http.post("logged-models/search", experiment_ids=keys, max_results=1)
            except NotFoundError:
                answer = {}
            self._models_found = bool(answer.get("models"))
        return self._models_found

    def histories(
        self,
        experiment: SourceExperiment,  # noqa: ARG002 - Source's signature
        runs: Sequence[SourceRun],
    ) -> Iterator[tuple[str, str, Series]]:
        metrics = iter([(run.line.run_id, key) for run in runs for key in run.metric_keys])
        while part := list(islice(metrics, 2 * _AT_ONCE)):
            for (run_id, key), pieces in zip(part, self._pool.map(self._history, part), strict=True):
                yield from ((run_id, key, piece) for piece in pieces)

    def _history(self, which: tuple[str, str]) -> list[Series]:
        run_id, key = which
        points = self._http.pages(
            "metrics", "GET", "metrics/get-history", run_id=run_id, metric_key=key, max_results=_POINTS_A_PAGE
        )
        rows = ((int(item.get("step", 0)), int(item["timestamp"]), json_value(float(item["value"]))) for item in points)
        pieces = []
        while piece := list(islice(rows, MAX_POINTS)):
            pieces.append(series(piece))
        return pieces

    def logged_models(self, experiment: SourceExperiment) -> Iterator[SourceLoggedModel]:
        try:
            for item in self._http.pages(
                "models", "POST", "logged-models/search", experiment_ids=[experiment.line.key], max_results=50
            ):
                model = _logged_model(experiment.line.key, item)
                self._note_registered(model.line.tags)
                yield model
        except NotFoundError:
            return  # a server before MLflow 3 has none

    def _note_registered(self, tags: Mapping[str, str]) -> None:
        """A logged model says as which versions it was registered, also of those that are deleted."""
        for registered in list_in(tags.get(_VERSIONS_TAG)):
            try:
                name, number = str(registered["name"]), int(registered["version"])
            except (LookupError, TypeError, ValueError):
                continue
            self._registered[name] = max(number, self._registered.get(name, 0))

    def models(self) -> Iterator[SourceModel]:
        # A server of MLflow 3 leaves prompts out of the list, unless they are asked for.
        seen: set[str] = set()
        for only in (None, f"tags.`{PROMPT_TAG}` = 'true'"):
            for item in self._http.pages(
                "registered_models", "GET", "registered-models/search", max_results=100, filter=only
            ):
                if item["name"] not in seen:
                    seen.add(item["name"])
                    yield self._model(item)

    def _model(self, item: dict[str, Any]) -> SourceModel:
        name = item["name"]
        whole = self._http.get("registered-models/get", name=name)["registered_model"]
        model = SourceModel(
            ModelLine(
                name=name,
                description=whole.get("description") or "",
                created_at=_moment(whole, "creation_timestamp") or 0,
                updated_at=_moment(whole, "last_updated_timestamp") or 0,
                tags=_pairs(whole.get("tags")),
            ),
            aliases={alias["alias"]: int(alias["version"]) for alias in whole.get("aliases", [])},
        )
        versions = self._http.pages(
            "model_versions",
            "GET",
            "model-versions/search",
            filter=versions_filter(name, model.line.tags),
            max_results=200,
        )
        for version in sorted(versions, key=lambda each: int(each["version"])):
            if version["name"] == name:
                model.versions.append(self._version(version))
        numbers = [version.line.number for version in model.versions]
        model.line.last_number = max([*numbers, self._registered.get(name, 0), int(whole.get("last_number") or 0)])
        if "last_number" not in whole and _DELETED_NUMBERS not in self.notes:
            self.notes.append(_DELETED_NUMBERS)
        return model

    def _version(self, item: dict[str, Any]) -> SourceVersion:
        line = VersionLine(
            model=item["name"],
            number=int(item["version"]),
            description=item.get("description") or "",
            created_at=_moment(item, "creation_timestamp") or 0,
            updated_at=_moment(item, "last_updated_timestamp") or 0,
            user=item.get("user_id") or "",
            stage=item.get("current_stage") or "None",
            status=item.get("status") or "READY",
            status_message=item.get("status_message") or "",
            source=item.get("source") or "",
            run_id=item.get("run_id") or "",
            run_link=item.get("run_link") or "",
            logged_model_id=item.get("model_id") or "",
            tags=_pairs(item.get("tags")),
        )
        location = line.source
        if urlsplit(location).scheme in ("models", "runs"):
            answer = self._http.get("model-versions/get-download-uri", name=line.model, version=str(line.number))
            location = answer.get("artifact_uri") or location
        return SourceVersion(line, location)

    def list_files(self, location: str, owner: RunLine | LoggedModelLine | None) -> list[SourceFile]:
        scheme = urlsplit(location).scheme
        if scheme == PROXY:
            return sorted(self._below(_inside(location), ""), key=lambda file: file.path)
        if scheme in STORES or owner is None or self._is_here(location):
            return self._files.list_files(location)
        return sorted(self._of_owner(owner, ""), key=lambda file: file.path)

    def read_file(self, location: str, path: str, owner: RunLine | LoggedModelLine | None) -> Iterator[bytes]:
        scheme = urlsplit(location).scheme
        if scheme == PROXY:
            return self._http.download_artifact(f"{_inside(location)}/{path}".strip("/"))
        if scheme in STORES or owner is None or self._is_here(location):
            return self._files.read_file(location, path)
        if isinstance(owner, RunLine):
            return self._http.download("/get-artifact", run_id=owner.run_id, run_uuid=owner.run_id, path=path)
        address = f"/ajax-api/2.0/mlflow/logged-models/{owner.model_id}/artifacts/files"
        return self._http.download(address, artifact_file_path=path)

    def _is_here(self, location: str) -> bool:
        """A server on this machine may keep its artifacts where they can be read without it."""
        try:
            return bool(self._files.list_files(location))
        except OSError:
            return False

    def _below(self, root: str, folder: str) -> Iterator[SourceFile]:
        for entry in self._http.list_artifacts(f"{root}/{folder}".strip("/")):
            path = f"{folder}/{entry['path'].rpartition('/')[2]}".strip("/")
            if entry.get("is_dir"):
                yield from self._below(root, path)
            else:
                yield SourceFile(path, int(entry.get("file_size", 0)))

    def _of_owner(self, owner: RunLine | LoggedModelLine, folder: str) -> Iterator[SourceFile]:
        if isinstance(owner, RunLine):
            answer = self._http.get("artifacts/list", run_id=owner.run_id, path=folder or None)
        else:
            address = f"logged-models/{owner.model_id}/artifacts/directories"
            answer = self._http.get(address, artifact_directory_path=folder or None)
        for entry in answer.get("files", []):
            if entry.get("is_dir"):
                yield from self._of_owner(owner, entry["path"])
            else:
                yield SourceFile(entry["path"], int(entry.get("file_size", 0)))


def versions_filter(name: str, tags: Mapping[str, str]) -> str:
    """The filter for the versions of a model; a search finds those of prompts only when it names the tag."""
    mark = "'" if '"' in name else '"'
    condition = f"name = {mark}{name}{mark}"
    return f"{condition} AND tags.`{PROMPT_TAG}` = 'true'" if PROMPT_TAG in tags else condition


def _run(experiment: str, item: dict[str, Any]) -> SourceRun:
    info, data, inputs = item["info"], item.get("data", {}), item.get("inputs", {})
    tags = _pairs(data.get("tags"))
    name = info.get("run_name") or tags.get("mlflow.runName", "")
    metrics = data.get("metrics", [])
    line = RunLine(
        run_id=info.get("run_id") or info["run_uuid"],
        experiment=experiment,
        name=name,
        status=info.get("status") or "RUNNING",
        state=info.get("lifecycle_stage") or "active",
        user=info.get("user_id") or "",
        started_at=_moment(info, "start_time") or 0,
        ended_at=_moment(info, "end_time"),
        params=_pairs(data.get("params")),
        tags=named(tags, name),
        datasets=[_dataset(each) for each in inputs.get("dataset_inputs", [])],
        input_models=[each["model_id"] for each in inputs.get("model_inputs", [])],
        output_models={
            each["model_id"]: int(each.get("step", 0)) for each in item.get("outputs", {}).get("model_outputs", [])
        },
    )
    state = sorted([each["key"], str(each.get("value")), each["timestamp"], each.get("step", 0)] for each in metrics)
    return SourceRun(line, info.get("artifact_uri") or "", state, sorted(each["key"] for each in metrics), None)


def _dataset(item: dict[str, Any]) -> DatasetLine:
    dataset = item["dataset"]
    return DatasetLine(
        dataset["name"],
        dataset["digest"],
        dataset["source_type"],
        dataset["source"],
        dataset.get("schema"),
        dataset.get("profile"),
        _pairs(item.get("tags")),
    )


def _logged_model(experiment: str, item: dict[str, Any]) -> SourceLoggedModel:
    info, data = item["info"], item.get("data", {})
    line = LoggedModelLine(
        model_id=info["model_id"],
        experiment=experiment,
        name=info["name"],
        model_type=info.get("model_type") or "",
        source_run_id=info.get("source_run_id") or "",
        status=info.get("status") or "LOGGED_MODEL_READY",
        created_at=_moment(info, "creation_timestamp_ms") or 0,
        updated_at=_moment(info, "last_updated_timestamp_ms") or 0,
        params=_pairs(data.get("params")),
        tags=_pairs(info.get("tags")),
        metrics=[
            ModelMetricLine(
                each["key"],
                json_value(float(each["value"])),
                int(each["timestamp"]),
                int(each.get("step", 0)),
                each.get("run_id") or info.get("source_run_id") or "",
                each.get("dataset_name") or "",
                each.get("dataset_digest") or "",
            )
            for each in data.get("metrics", [])
        ],
    )
    return SourceLoggedModel(line, info.get("artifact_uri") or "")


def _pairs(items: Any) -> dict[str, str]:
    return {item["key"]: item.get("value") or "" for item in items or []}


def _moment(item: dict[str, Any], name: str) -> int | None:
    """Protobuf's JSON writes large integers as text, and leaves out zero."""
    value = item.get(name)
    return int(value) if value else None


def _inside(location: str) -> str:
    return urlsplit(location).path.strip("/")

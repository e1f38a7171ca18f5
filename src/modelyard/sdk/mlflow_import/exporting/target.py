"""Writing to a server of the MLflow protocol, which gives ids of its own: a tag says which one an object had before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.sdk._errors import ModelyardError, NotFoundError
from modelyard.sdk.mlflow_import.protocol import MlflowHttp
from modelyard.sdk.mlflow_import.sources.rest import versions_filter
from modelyard.wire.imports import LoggedModelLine, RunLine, Series, VersionLine

ORIGIN_TAG = "modelyard.exported_from"
"""The id, or number, that an object has where it was exported from."""
WHOLE_TAG = "modelyard.exported"
"""The digest of a run that was written as a whole."""

_MAX_METRICS = 1000
_MAX_PARAMS = 100
_MAX_GAP = 1000


class MlflowTarget:
    """Finds or makes objects. Nothing is made twice, because what is there is found by its tag or name."""

    def __init__(self, http: MlflowHttp) -> None:
        self.http = http

    def experiment(self, name: str, tags: Mapping[str, str]) -> str:
        """The id of the experiment of that name, active, with these tags."""
        try:
            existing = self.http.get("experiments/get-by-name", experiment_name=name)["experiment"]
        except NotFoundError:
            created = self.http.post("experiments/create", repeatable=False, name=name, tags=_items(tags))
            return str(created["experiment_id"])
        key = str(existing["experiment_id"])
        if existing.get("lifecycle_stage") == "deleted":
            self.http.post("experiments/restore", experiment_id=key)
        for tag, value in tags.items():
            self.http.post("experiments/set-experiment-tag", experiment_id=key, key=tag, value=value)
        return key

    def exported_runs(self, experiment: str) -> dict[str, dict[str, Any]]:
        """Runs that were exported before, by their ids at the source."""
        runs = {}
        for run in self.http.pages(
            "runs", "POST", "runs/search", experiment_ids=[experiment], run_view_type="ALL", max_results=1000
        ):
            origin = tags_of(run["data"]).get(ORIGIN_TAG)
            if origin is not None:
                runs[origin] = run
        return runs

    def create_run(self, experiment: str, line: RunLine) -> dict[str, Any]:
        created: dict[str, Any] = self.http.post(
            "runs/create",
            repeatable=False,
            experiment_id=experiment,
            run_name=line.name,
            user_id=line.user,
            start_time=line.started_at,
            tags=_items({**line.tags, ORIGIN_TAG: line.run_id}),
        )["run"]
        return created

    def log(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        for part in parts(_items(params), _MAX_PARAMS):
            self.http.post("runs/log-batch", run_id=run_id, params=part)
        for part in parts(_items(tags), _MAX_PARAMS):
            self.http.post("runs/log-batch", run_id=run_id, tags=part)

    def log_points(self, run_id: str, key: str, points: Series) -> None:
        rows = zip(points.steps, points.timestamps, points.values, strict=True)
        metrics = [{"key": key, "step": step, "timestamp": at, "value": value} for step, at, value in rows]
        for part in parts(metrics, _MAX_METRICS):
            self.http.post("runs/log-batch", run_id=run_id, metrics=part)

    def log_inputs(self, run_id: str, line: RunLine, models: Mapping[str, str]) -> None:
        """`models` are the ids of logged models there, by their ids at the source."""
        datasets = [
            {
                "tags": _items(each.tags),
                "dataset": {
                    "name": each.name,
                    "digest": each.digest,
                    "source_type": each.source_type,
                    "source": each.source,
                    "schema": each.schema,
                    "profile": each.profile,
                },
            }
            for each in line.datasets
        ]
        inputs = [{"model_id": models[each]} for each in line.input_models if each in models]
        if datasets or inputs:
            self.http.post("runs/log-inputs", run_id=run_id, datasets=datasets or None, models=inputs or None)
        outputs = [{"model_id": models[key], "step": step} for key, step in line.output_models.items() if key in models]
        if outputs:
            self.http.post("runs/outputs", run_id=run_id, models=outputs)

    def end_run(self, run_id: str, line: RunLine, digest: str) -> None:
        """The last that is written of a run: its status, and that it is whole."""
        self.http.post("runs/update", run_id=run_id, status=line.status, end_time=line.ended_at)
        self.http.post("runs/set-tag", run_id=run_id, key=WHOLE_TAG, value=digest)
        if line.state == "deleted":
            self.http.post("runs/delete", run_id=run_id)

    def exported_models(self, experiment: str) -> dict[str, dict[str, Any]]:
        """Logged models that were exported before, by their ids at the source."""
        exported = {}
        try:
            for model in self.http.pages(
                "models", "POST", "logged-models/search", experiment_ids=[experiment], max_results=50
            ):
                origin = tags_of(model["info"]).get(ORIGIN_TAG)
                if origin is not None:
                    exported[origin] = model["info"]
        except NotFoundError:
            return {}  # a server before MLflow 3
        return exported

    def end_logged_model(self, model_id: str) -> None:
        """The last that is written of a logged model: that it is whole."""
        tags = _items({WHOLE_TAG: "true"})
        self.http.post(f"logged-models/{model_id}/tags", method="PATCH", model_id=model_id, tags=tags)

    def create_logged_model(self, experiment: str, line: LoggedModelLine, runs: Mapping[str, str]) -> dict[str, Any]:
        """A ready model with its metrics; `runs` are the ids of runs there, by their ids at the source."""
        created: dict[str, Any] = self.http.post(
            "logged-models",
            repeatable=False,
            experiment_id=experiment,
            name=line.name,
            model_type=line.model_type or None,
            source_run_id=runs.get(line.source_run_id),
            params=_items(line.params),
            tags=_items({**line.tags, ORIGIN_TAG: line.model_id}),
        )["model"]
        model_id = created["info"]["model_id"]
        for metric in line.metrics:
            run_id = runs.get(metric.run_id)
            if run_id is not None:
                logged = {
                    "key": metric.key,
                    "value": metric.value,
                    "timestamp": metric.timestamp,
                    "step": metric.step,
                    "model_id": model_id,
                    "dataset_name": metric.dataset_name or None,
                    "dataset_digest": metric.dataset_digest or None,
                }
                self.http.post("runs/log-batch", run_id=run_id, metrics=[logged])
        if line.status != "LOGGED_MODEL_PENDING":
            self.http.post(f"logged-models/{model_id}", method="PATCH", model_id=model_id, status=line.status)
        return created

    def model(self, name: str, description: str, tags: Mapping[str, str]) -> None:
        """Makes the model, or brings the one of that name up to date."""
        try:
            self.http.get("registered-models/get", name=name)
        except NotFoundError:
            self.http.post(
                "registered-models/create", repeatable=False, name=name, description=description, tags=_items(tags)
            )
            return
        for key, value in tags.items():
            self.http.post("registered-models/set-tag", name=name, key=key, value=value)

    def create_version(self, line: VersionLine, source: str, run_id: str | None, model_id: str | None) -> None:
        """A version under its number: gaps before it are filled with versions that are deleted at once.

        Raises ModelyardError when the number has been given to another version.
        """
        for _ in range(_MAX_GAP):
            created = self.http.post(
                "model-versions/create",
                repeatable=False,
                name=line.model,
                source=source,
                run_id=run_id,
                model_id=model_id,
                run_link=line.run_link or None,
                description=line.description,
                tags=_items({**line.tags, ORIGIN_TAG: str(line.number)}),
            )["model_version"]
            if int(created["version"]) == line.number:
                break
            self._delete_version(line.model, int(created["version"]))
            if int(created["version"]) > line.number:
                raise ModelyardError(f"The number {line.number} of {line.model!r} has been given there already.")
        else:
            raise ModelyardError(f"More than {_MAX_GAP} numbers are missing before {line.number}.")
        self.set_stage(line, "None")

    def set_stage(self, line: VersionLine, present: str) -> None:
        if line.stage != present:
            self.http.post(
                "model-versions/transition-stage",
                name=line.model,
                version=str(line.number),
                stage=line.stage,
                archive_existing_versions=False,
            )

    def versions(self, name: str, tags: Mapping[str, str]) -> dict[int, dict[str, Any]]:
        """A model's versions by number, without those that only filled a gap, which are deleted if they still are."""
        listed = self.http.pages(
            "model_versions", "GET", "model-versions/search", filter=versions_filter(name, tags), max_results=200
        )
        versions = {int(each["version"]): each for each in listed if each["name"] == name}
        for number, version in list(versions.items()):
            if tags_of(version).get(ORIGIN_TAG, str(number)) != str(number):
                self._delete_version(name, number)
                del versions[number]
        return versions

    def _delete_version(self, name: str, number: int) -> None:
        self.http.post("model-versions/delete", method="DELETE", name=name, version=str(number))

    def set_alias(self, name: str, alias: str, number: int) -> None:
        self.http.post("registered-models/alias", name=name, alias=alias, version=str(number))


def tags_of(item: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value") or "" for tag in item.get("tags", [])}


def _items(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in pairs.items()]


def parts(items: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """As many as a request may have."""
    listed = list(items)
    return (listed[start : start + most] for start in range(0, len(listed), most))

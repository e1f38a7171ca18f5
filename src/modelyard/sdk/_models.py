"""Models: named repositories of versions."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from modelyard.sdk._config import Config, read_config
from modelyard.sdk._datasets import Dataset, Datasets, DatasetVersion
from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk._frames import frame_kind
from modelyard.sdk._http import Http, api_path, iterate
from modelyard.sdk._references import check_name, parse_dataset_reference
from modelyard.sdk._uploads import UploadProgress, upload_model
from modelyard.sdk._versions import Version, VersionProgress
from modelyard.wire import models as wire
from modelyard.wire.aliases import Alias, AliasChange, AliasProtection, AliasRollback, AliasSet
from modelyard.wire.base import Page
from modelyard.wire.lineage import Lineage
from modelyard.wire.model_uploads import ModelFormat
from modelyard.wire.pins import Pin
from modelyard.wire.proposals import SemverProposal, SemverQuestion


class Models:
    """The models of a project. Call it with a name for one of them; iterate over it for all."""

    def __init__(self, http: Http, project: str) -> None:
        self._http = http
        self._project = project
        self._path = api_path("projects", project, "models")

    def __call__(self, name: str) -> Model:
        """The model of this name; no request is sent yet."""
        return Model(self._http, self._project, name)

    def __iter__(self) -> Iterator[Model]:
        return self.list()

    def list(
        self,
        *,
        search: str | None = None,
        sort: Literal["name", "updated_at", "created_at", "versions"] = "name",
        descending: bool = False,
    ) -> Iterator[Model]:
        """All models, or those whose name contains `search`, fetched page by page as they are used."""
        params = {"search": search, "sort": sort, "order": "desc" if descending else "asc"}
        for record in iterate(self._http, self._path, Page[wire.Model], params):
            yield Model(self._http, self._project, record.name, record)

    def upload(
        self,
        name: str,
        path: str | os.PathLike[str],
        *,
        model_format: ModelFormat | None = None,
        description: str = "",
        semver: str | None = None,
        aliases: Sequence[str] = (),
        progress: UploadProgress | None = None,
    ) -> Version:
        """Make a folder that MLflow or Ludwig has saved, or a zip file of it, the next version of a model.

        The model is created if it does not exist. `model_format` is told by the files unless it is given. Raises
        InvalidArgumentError, which names what is missing, when the files are no model; then nothing of them is left.
        """
        record = upload_model(
            self._http,
            self._project,
            check_name("model", name),
            path,
            model_format=model_format,
            description=description,
            semver=semver,
            aliases=aliases,
            progress=progress,
        )
        return Version(self._http, self._project, record)

    def with_alias(self, alias: str) -> builtins.list[Alias]:
        """One alias on all models that have it: what is in production."""
        path = api_path("projects", self._project, "aliases", alias)
        return self._http.get(path, builtins.list[Alias])

    def create(self, name: str, *, description: str = "") -> Model:
        """Create an empty model. Raises AlreadyExistsError. (A training creates its model by itself.)"""
        body = wire.ModelCreate(name=check_name("model", name), description=description)
        record: wire.Model = self._http.call("POST", self._path, wire.Model, body=body)
        return Model(self._http, self._project, name, record)


class Model:
    """A named repository of versions."""

    def __init__(self, http: Http, project: str, name: str, record: wire.Model | None = None) -> None:
        self.name = check_name("model", name)
        self._http = http
        self._project = project
        self._path = api_path("projects", project, "models", name)
        self._record = record

    def __repr__(self) -> str:
        return f"<Model {self.name}>"

    @property
    def info(self) -> wire.Model:
        """The model's record, fetched at first use. Raises NotFoundError. See `refresh`."""
        return self._record or self.refresh()

    def refresh(self) -> wire.Model:
        """Fetch the record again."""
        self._record = self._http.get(self._path, wire.Model)
        return self._record

    @property
    def description(self) -> str:
        return self.info.description

    @property
    def latest(self) -> Version:
        """The newest version. Raises NotFoundError when there is none."""
        return self.version("latest")

    def version(self, number: int | str) -> Version:
        """Version `number`, or the one that `latest` or an alias such as `@prod` names now. Raises NotFoundError."""
        record: wire.Version = self._http.get(self._path + api_path("versions", number), wire.Version)
        return Version(self._http, self._project, record)

    def versions(
        self,
        *,
        status: wire.VersionStatus | str | None = None,
        search: str | None = None,
        include_archived: bool = False,
        sort: wire.VersionSort = "number",
        descending: bool = True,
    ) -> Iterator[Version]:
        """The versions, newest first unless sorted otherwise, fetched page by page as they are used."""
        params = {
            "status": None if status is None else str(status),
            "search": search,
            "include_archived": include_archived or None,
            "sort": sort,
            "order": "desc" if descending else "asc",
        }
        for summary in iterate(self._http, self._path + "/versions", Page[wire.VersionSummary], params):
            yield Version(self._http, self._project, summary)

    def train(
        self,
        config: Config,
        dataset: str | Dataset | DatasetVersion | Any,
        *,
        description: str = "",
        engine: str = "local",
        parent: int | None = None,
        suggestion: str | None = None,
        semver: str | None = None,
        force_semver: bool = False,
        wait: bool = True,
        progress: VersionProgress | None = None,
    ) -> Version:
        """Train a new version; the model is created if it does not exist.

        `config` is a dict, YAML text or a path. `dataset` is `"iris"` (its latest version), `"iris@2"`, a Dataset, a
        DatasetVersion, or a DataFrame, which is first uploaded to the dataset named like this model. `suggestion` is
        the id of the Co-Pilot's suggestion for the parent that the config is. Returns when the training has ended, see
        `Version.wait` for `progress` and for what it raises then; or at once, with `wait=False`. Raises
        InvalidConfigError, with a problem for each place, when the config does not fit the data.
        """
        config_dict = read_config(config)
        name, number = self._dataset_of(dataset)
        body = wire.TrainRequest(
            config=config_dict,
            dataset=name,
            dataset_version=number,
            engine=engine,
            description=description,
            parent=parent,
            suggestion=suggestion,
            semver=semver,
            force_semver=force_semver,
        )
        record: wire.Version = self._http.call("POST", self._path + "/versions", wire.Version, body=body)
        version = Version(self._http, self._project, record)
        return version.wait(progress) if wait else version

    def compare(self, *numbers: int) -> wire.VersionComparison:
        """Records and configs of some versions, side by side."""
        if not numbers:
            raise InvalidArgumentError("there is nothing to compare", hint="Name at least two versions.")
        return self._http.get(self._path + "/compare", wire.VersionComparison, {"v": list(numbers)})

    def lineage(
        self,
        *,
        data: bool = False,
        limit: int | None = None,
        status: Sequence[wire.VersionStatus | str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Lineage:
        """All versions by what each was made from, deleted ones included; with `data`, also what they trained on."""
        params = {"data": data, "limit": limit, "status": [*status], "since": since, "until": until}
        return self._http.get(self._path + "/lineage", Lineage, params)

    def propose_semver(
        self, config: Config, dataset: str | Dataset | DatasetVersion, *, semver: str | None = None
    ) -> SemverProposal:
        """The smallest semantic version that a training may have, and why. Nothing is trained.

        With `semver`, whether that one is allowed. Raises SemverTooSmallError, SemverTakenError, InvalidSemverError.
        """
        name, number = self._dataset_of(dataset)
        body = SemverQuestion(config=read_config(config), dataset=name, dataset_version=number, semver=semver)
        return self._http.call("POST", self._path + "/versions/propose-semver", SemverProposal, body=body)

    def pins(self) -> list[Pin]:
        """Names by which versions of this model were asked for, by whom, and when last."""
        return self._http.get(self._path + "/pins", list[Pin])

    def aliases(self) -> list[Alias]:
        """Aliases with the versions they name, by name."""
        return self._http.get(self._path + "/aliases", list[Alias])

    def set_alias(self, alias: str, version: int, *, message: str = "", expected: int | None = None) -> Alias:
        """Make an alias name a version. Raises AliasMovedError when it names another than `expected` (0: none)."""
        body = AliasSet(version=version, message=message, expected=expected)
        return self._http.call("PUT", self._path + api_path("aliases", alias), Alias, body=body)

    def remove_alias(self, alias: str, *, message: str = "", expected: int | None = None) -> None:
        """Remove an alias; its history stays. Raises NotFoundError."""
        query = urlencode({"message": message} | ({} if expected is None else {"expected": expected}))
        self._http.delete(f"{self._path}{api_path('aliases', alias)}?{query}")

    def roll_back_alias(self, alias: str, *, message: str = "") -> Alias:
        """Move an alias back to the version that it named before. Raises InvalidStateError when there is none."""
        path = self._path + api_path("aliases", alias, "rollback")
        return self._http.call("POST", path, Alias, body=AliasRollback(message=message))

    def alias_history(self, alias: str, *, limit: int = 100) -> list[AliasChange]:
        """Every move of an alias: who, when and why, the newest first."""
        return self._http.get(self._path + api_path("aliases", alias, "history"), list[AliasChange], {"limit": limit})

    def protect_alias(self, alias: str, *, is_protected: bool = True) -> None:
        """Let only who may administrate models move an alias, or everybody again."""
        path = self._path + api_path("aliases", alias, "protection")
        self._http.call("PUT", path, AliasProtection, body=AliasProtection(is_protected=is_protected))

    def update(
        self,
        *,
        description: str | None = None,
        default_metric: str | None = None,
        uses_semver: bool | None = None,
    ) -> Model:
        """Change these fields; fields left out stay as they are."""
        changes = {"description": description, "default_metric": default_metric, "uses_semver": uses_semver}
        body = wire.ModelUpdate.model_validate({key: value for key, value in changes.items() if value is not None})
        self._record = self._http.call("PATCH", self._path, wire.Model, body=body)
        return self

    def rename(self, name: str) -> Model:
        """Give the model another name. The one before leads on to it. Raises AlreadyExistsError."""
        record = self._http.call("PATCH", self._path, wire.Model, body=wire.ModelUpdate(name=check_name("model", name)))
        return Model(self._http, self._project, record.name, record)

    def delete(self) -> None:
        """Delete the model with all its versions and files. Raises ConflictError while one of them is in training."""
        self._http.delete(self._path)

    def _dataset_of(self, dataset: Any) -> tuple[str, int | None]:
        if isinstance(dataset, DatasetVersion):
            return dataset.dataset, dataset.number
        if isinstance(dataset, Dataset):
            return dataset.name, None
        if isinstance(dataset, str):
            name, number = parse_dataset_reference(dataset)
            return name, None if number == "latest" else number
        if frame_kind(dataset) is not None:
            uploaded = Datasets(self._http, self._project).upload(self.name, dataset)
            return uploaded.dataset, uploaded.number
        kind = os.fspath(dataset) if isinstance(dataset, os.PathLike) else type(dataset).__name__
        raise InvalidArgumentError(
            f"{kind} is not a dataset", hint='Upload a file first: client.datasets.upload("iris", path).'
        )

"""Everything about one version that a comparison looks at."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.comparison import parts
from modelyard.server.comparison.metrics import Measured, measured
from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.datasets.queries import get_version as get_dataset_version
from modelyard.server.db import Database
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import ModelyardError, NotFound
from modelyard.server.registry.tags.queries import version_tags
from modelyard.server.registry.versions import contents, queries
from modelyard.server.registry.versions.files import EVALUATION_REPORT, MODEL_FOLDER
from modelyard.server.registry.versions.queries import Number, VersionKey
from modelyard.server.registry.versions.showing import show_version
from modelyard.server.storage import FileStore, StoredFile
from modelyard.server.tracking.inputs.queries import list_inputs
from modelyard.server.tracking.inputs.service import CONTEXT_TAG
from modelyard.server.tracking.runs.queries import list_logged
from modelyard.wire.comparison import ComparedVersion
from modelyard.wire.metrics import METRICS
from modelyard.wire.models import Version, VersionFile
from modelyard.wire.reports import EvaluationReport

_ENVIRONMENT_FILES = (
    ("requirements.txt", parts.read_requirements),
    ("conda.yaml", parts.read_conda),
    ("python_env.yaml", parts.read_python_env),
)
"""Later ones add what the ones before do not say."""
_MAX_FILE_BYTES = 1024 * 1024
_MAX_REPORT_BYTES = 64 * 1024 * 1024


class Configs(NamedTuple):
    given: dict[str, Any]
    rendered: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    project: str
    version: Version
    config: Configs | None
    """None when it was not trained here."""
    dataset: StoredVersion | None
    inputs: dict[str, str]
    """Digests of the datasets that its run was given, by name and what they were for."""
    params: dict[str, str]
    tags: dict[str, str]
    metrics: list[Measured]
    report: EvaluationReport | None
    files: list[VersionFile]
    packages: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.version.model}/{self.version.number}"

    @property
    def record(self) -> ComparedVersion:
        return ComparedVersion(
            project=self.project,
            model=self.version.model,
            number=self.version.number,
            semver=self.version.semver,
            status=self.version.status,
            output_type=self.version.output_type,
            trainer=self.version.trainer,
            created_at=self.version.created_at,
            created_by=self.version.created_by,
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    config: Configs | None
    dataset: StoredVersion | None
    inputs: dict[str, str]
    params: dict[str, str]
    tags: dict[str, str]
    run_metrics: list[Measured]
    files: list[tuple[VersionFile, str]]


async def read_subject(
    database: Database, store: FileStore, access: ProjectAccess, model: str, number: Number
) -> Subject:
    """Of runs and datasets nothing is there that the caller may not see.

    :raises NotFound: there is no such version.
    """
    scope = await access.scope()
    version = await show_version(database, store, scope.project_id, model, number)

    def read(connection: Connection, scope: Scope) -> _Rows:
        return _read_rows(
            connection, scope, queries.get_key(connection, scope.project_id, model, version.number), version
        )

    rows = await access.read(read)
    files = {file.path: StoredFile(key, file.size_bytes, file.digest) for file, key in rows.files}
    packages: dict[str, str] = {}
    for path, parse in _ENVIRONMENT_FILES:
        text = await _read_text(store, files.get(MODEL_FOLDER + path))
        packages = {**parse(text), **packages}
    return Subject(
        project=scope.project,
        version=version,
        config=rows.config,
        dataset=rows.dataset,
        inputs=rows.inputs,
        params=rows.params,
        tags=rows.tags,
        metrics=measured(version.metrics) or rows.run_metrics,
        report=await read_report(store, files.get(EVALUATION_REPORT)),
        files=[file for file, _ in rows.files],
        packages=packages,
    )


def _read_rows(connection: Connection, scope: Scope, key: VersionKey, version: Version) -> _Rows:
    raw = Raw(connection)
    sees_run = key.run is not None and (version.source is None or scope.may(Permission.PROJECT_EXPERIMENTS_READ))
    logged = list_logged(raw, [key.run])[key.run] if sees_run and key.run is not None else None
    return _Rows(
        config=Configs(*queries.get_config_values(connection, key.id)) if version.dataset is not None else None,
        dataset=_find_dataset(connection, scope, version),
        inputs=_inputs(raw, key.run) if sees_run and key.run is not None else {},
        params={} if logged is None else dict(logged.params),
        tags=dict(version_tags(raw, [key.id]).get(key.id, [])),
        run_metrics=[] if logged is None else [_of_run(name, value) for name, value, *_ in logged.metrics],
        files=contents.list_contents(connection, scope.project_id, key),
    )


def _inputs(raw: Raw, run: int) -> dict[str, str]:
    logged = list_inputs(raw, [run]).get(run)
    datasets = logged.datasets if logged is not None else []
    contexts = [item.tags.get(CONTEXT_TAG) for item in datasets]
    return {
        f"{item.dataset.name} ({context})" if context else item.dataset.name: item.dataset.digest
        for item, context in zip(datasets, contexts, strict=True)
    }


def _find_dataset(connection: Connection, scope: Scope, version: Version) -> StoredVersion | None:
    if version.dataset is None or not scope.may(Permission.PROJECT_DATASETS_READ):
        return None
    try:
        return get_dataset_version(connection, scope.project_id, version.dataset.name, version.dataset.number)
    except NotFound:
        return None


def _of_run(name: str, value: float | None) -> Measured:
    return Measured(name, None, float("nan") if value is None else value, _direction(name), None)


def _direction(name: str) -> bool | None:
    """Which way is better, where the name says that it is a metric of ours, such as `test_roc_auc`."""
    plain = name.rpartition("/")[2].lower()
    for metric in {each for metrics in METRICS.values() for each in metrics}:
        if plain == metric or plain.endswith(f"_{metric}"):
            return not ("error" in metric or "loss" in metric)
    return None


async def read_report(store: FileStore, file: StoredFile | None) -> EvaluationReport | None:
    """The evaluation report, where there is one that can be read."""
    if file is None or file.size_bytes > _MAX_REPORT_BYTES:
        return None
    try:
        return EvaluationReport.model_validate_json(await store.read_checked(file))
    except (ModelyardError, ValidationError):
        return None


async def _read_text(store: FileStore, file: StoredFile | None) -> str:
    if file is None or file.size_bytes > _MAX_FILE_BYTES:
        return ""
    try:
        return (await store.read_checked(file)).decode(errors="replace")
    except ModelyardError:
        return ""

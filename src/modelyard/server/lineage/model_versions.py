"""All versions of a model with what each came from, those that were deleted included."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.lineage.graphs import Edge, Key
from modelyard.server.tracking.artifact_files.locations import PROXY, VERSIONS
from modelyard.wire.lineage import EdgeKind, NodeKind
from modelyard.wire.reports import SplitName

_COLUMNS = (
    "v.number, v.parent, v.source, v.run_id, v.logged_model_id, v.dataset, v.dataset_number, v.created_at, "
    "v.created_by, v.status, v.metric_name, v.metric_split, v.metric_value, v.metric_higher_is_better, "
    "v.positive_class, v.semver, v.trainer, v.archived, v.description"
)
# Trained again with the config that its parent was given, whatever the data.
_RETRAINED = (
    "CASE WHEN v.parent IS NOT NULL AND v.dataset IS NOT NULL AND EXISTS (SELECT 1 FROM versions p "
    "JOIN version_details a ON a.version_id = p.id JOIN version_details b ON b.version_id = v.id "
    "WHERE p.model_id = v.model_id AND p.number = v.parent "
    "AND CAST(a.given_config AS TEXT) = CAST(b.given_config AS TEXT)) THEN 1 ELSE 0 END"
)
_MODELS = "models:/"
# A fork has files of its own; a copy has those of the version that it was copied from.
_FORKED = f"CASE WHEN v.storage_location = '{PROXY}{VERSIONS}/' || v.id || '/model' THEN 1 ELSE 0 END"


class LineageVersion(NamedTuple):
    """Times are milliseconds since the epoch. A deleted version has no status; `metric_value` is None for NaN."""

    number: int
    parent: int | None
    source: str | None
    run_id: str | None
    logged_model_id: str | None
    dataset: str | None
    dataset_number: int | None
    created_at: int | None
    created_by: str | None
    status: str | None = None
    metric_name: str | None = None
    metric_split: SplitName | None = None
    metric_value: float | None = None
    metric_higher_is_better: bool | None = None
    positive_class: str | None = None
    semver: str | None = None
    trainer: str | None = None
    archived: bool = False
    description: str = ""
    is_retrained: int = 0
    is_forked: int = 0
    deleted_at: int | None = None
    deleted_by: str | None = None

    @property
    def is_deleted(self) -> bool:
        return self.status is None


class ModelVersions:
    """The versions of one model by number, read at once: 10,000 are read faster than a hundred one by one."""

    def __init__(self, model: str, versions: dict[int, LineageVersion], aliases: dict[int, list[str]]) -> None:
        self.model = model
        self.versions = versions
        self.aliases = aliases
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        for version in versions.values():
            if version.parent is not None:
                self._children[version.parent].append(version.number)

    def key(self, number: int) -> Key:
        return Key(NodeKind.VERSION, self.model, number)

    def parent_edge(self, number: int) -> Edge | None:
        """From its parent, which may have been deleted."""
        version = self.versions.get(number)
        if version is None or version.parent is None or version.parent >= number:
            return None
        kind = EdgeKind.RETRAIN if version.is_retrained else EdgeKind.PARENT
        return Edge(self.key(version.parent), self.key(number), kind)

    def child_edges(self, number: int) -> Iterator[Edge]:
        for child in self._children[number]:
            edge = self.parent_edge(child)
            if edge is not None:
                yield edge

    def copy_edge(self, number: int) -> Edge | None:
        """From the version of this or another model whose files it has, as `copy_model_version` of MLflow makes it."""
        version = self.versions.get(number)
        origin = None if version is None else copied_from(version.source)
        if version is None or origin is None:
            return None
        return Edge(origin, self.key(number), EdgeKind.FORK if version.is_forked else EdgeKind.COPY)


def copied_from(source: str | None) -> Key | None:
    """The version that a source such as `models:/iris/3` names."""
    if source is None or not source.startswith(_MODELS):
        return None
    name, _, number = source.removeprefix(_MODELS).rpartition("/")
    if not name or not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return Key(NodeKind.VERSION, name, int(number))


def read_model_versions(raw: Raw, project_id: int, model: str) -> ModelVersions | None:
    """None when there is no such model."""
    row = raw.one("SELECT id FROM models WHERE project_id = ? AND name = ?", (project_id, model))
    if row is None:
        return None
    deleted = raw.run(
        "SELECT number, parent, source, run_id, logged_model_id, dataset, dataset_number, created_at, created_by, "
        "deleted_at, deleted_by FROM deleted_versions WHERE model_id = ?",
        row,
    )
    versions: dict[int, LineageVersion] = {}
    for *columns, deleted_at, deleted_by in deleted:
        version = LineageVersion(*columns)
        versions[version.number] = version._replace(deleted_at=deleted_at, deleted_by=deleted_by)
    present = raw.run(f"SELECT {_COLUMNS}, {_RETRAINED}, {_FORKED} FROM versions v WHERE v.model_id = ?", row)  # noqa: S608
    versions.update((item[0], LineageVersion._make((*item, None, None))) for item in present)
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for alias, number in raw.run("SELECT alias, number FROM aliases WHERE model_id = ? ORDER BY alias", row):
        aliases[number].append(alias)
    return ModelVersions(model, versions, aliases)


def find_deleted_models(raw: Raw, project_id: int, names: Collection[str]) -> set[str]:
    """Which of these names a model had that was deleted, as the audit record says."""
    if not names:
        return set()
    rows = raw.run(
        "SELECT DISTINCT object_name FROM activity WHERE project_id = ? AND object_kind = 'model' "  # noqa: S608
        f"AND object_name IN ({placeholders(len(names))}) AND action = 'model.deleted'",
        (project_id, *names),
    )
    return {name for (name,) in rows}


def find_copies(raw: Raw, project_id: int, origins: Sequence[Key]) -> list[Edge]:
    """From versions to those that were registered as copies of them."""
    origin_keys = set(origins)
    edges = []
    rows = raw.run(
        f"SELECT v.model, v.number, v.source, {_FORKED} FROM versions v "  # noqa: S608
        "WHERE v.project_id = ? AND substr(v.source, 1, 8) = 'models:/'",
        (project_id,),
    )
    for model, number, source, is_forked in rows:
        origin = copied_from(source)
        if origin in origin_keys:
            assert origin is not None
            kind = EdgeKind.FORK if is_forked else EdgeKind.COPY
            edges.append(Edge(origin, Key(NodeKind.VERSION, model, number), kind))
    return edges


def find_versions(raw: Raw, project_id: int, column: str, values: Sequence[str]) -> list[tuple[str, int, str, bool]]:
    """Versions of the project by a column that has an index: model, number, its value, and whether trained here."""
    return [
        (model, number, value, dataset is not None)
        for model, number, value, dataset in raw.run(
            f"SELECT model, number, {column}, dataset FROM versions "  # noqa: S608
            f"WHERE {column} IN ({placeholders(len(values))}) AND project_id = ? ORDER BY id",
            (*values, project_id),
        )
    ]

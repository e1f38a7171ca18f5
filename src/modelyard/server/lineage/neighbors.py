"""The edges to what nodes came from and to what came of them, asked for many nodes of a kind at once."""

import json
from collections.abc import Callable, Iterator, Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.lineage.graphs import Edge, Key
from modelyard.server.lineage.model_versions import (
    LineageVersion,
    ModelVersions,
    find_copies,
    find_versions,
    read_model_versions,
)
from modelyard.wire.lineage import EdgeKind, NodeKind

_OF_DATASETS = (
    "SELECT g.id, g.source, r.run_id, d.context FROM logged_datasets g "
    "JOIN run_datasets d ON d.dataset = g.id JOIN runs r ON r.id = d.run "
    "JOIN experiments x ON x.id = r.experiment_id WHERE x.project_id = ?"
)
# A run that judges the model that it made logs it as its input too.
_OF_OTHERS = (
    "NOT m.is_output AND NOT EXISTS (SELECT 1 FROM run_models o WHERE o.run = m.run AND o.model_id = m.model_id "
    "AND o.is_output)"
)
_AT_ONCE = 500
_MAX_SOURCE_LENGTH = 10_000

Read = Callable[[Sequence[Key]], Iterator[Edge]]


class Neighbors:
    """The neighbors of nodes of one project. Each model is read once and kept."""

    def __init__(self, raw: Raw, project_id: int, kinds: frozenset[NodeKind]) -> None:
        self._raw = raw
        self._project_id = project_id
        self._kinds = kinds
        self._models: dict[str, ModelVersions | None] = {}
        self._origins: dict[NodeKind, Read] = {
            NodeKind.VERSION: self._origins_of_versions,
            NodeKind.RUN: self._origins_of_runs,
            NodeKind.LOGGED_MODEL: self._origins_of_logged_models,
        }
        self._uses: dict[NodeKind, Read] = {
            NodeKind.VERSION: self._uses_of_versions,
            NodeKind.RUN: self._uses_of_runs,
            NodeKind.LOGGED_MODEL: self._uses_of_logged_models,
            NodeKind.DATASET_VERSION: self._uses_of_dataset_versions,
            NodeKind.LOGGED_DATASET: self._uses_of_logged_datasets,
            NodeKind.EVALUATION_DATASET: self._uses_of_evaluation_datasets,
        }

    def model(self, name: str) -> ModelVersions | None:
        """None when there is no such model."""
        if name not in self._models:
            self._models[name] = read_model_versions(self._raw, self._project_id, name)
        return self._models[name]

    def version(self, key: Key) -> LineageVersion | None:
        owner = self.model(key.name)
        return None if owner is None or key.number is None else owner.versions.get(key.number)

    def edges(self, keys: Sequence[Key], *, origins: bool) -> Iterator[Edge]:
        """Edges to what these nodes came from, or to what came of them; only to kinds that may be seen."""
        reads = self._origins if origins else self._uses
        for kind, read in reads.items():
            of_kind = [key for key in keys if key.kind is kind]
            for start in range(0, len(of_kind), _AT_ONCE):
                for edge in read(of_kind[start : start + _AT_ONCE]):
                    if {edge.source.kind, edge.target.kind} <= self._kinds:
                        yield edge

    def _origins_of_versions(self, keys: Sequence[Key]) -> Iterator[Edge]:
        for key in keys:
            owner, version = self.model(key.name), self.version(key)
            if owner is None or version is None:
                continue
            parent, copy = owner.parent_edge(version.number), owner.copy_edge(version.number)
            yield from (edge for edge in (parent, copy) if edge is not None)
            if copy is not None and self.version(copy.source) is not None:
                continue  # its run is that of the version it was copied from
            yield from self._makers(key, version)

    def _makers(self, key: Key, version: LineageVersion) -> Iterator[Edge]:
        if version.dataset is not None:
            data = Key(NodeKind.DATASET_VERSION, version.dataset, version.dataset_number)
            if NodeKind.RUN not in self._kinds or version.is_deleted:
                yield Edge(data, key, EdgeKind.DATA, "training")  # the run of a training goes with its version
            else:
                yield Edge(Key(NodeKind.RUN, version.run_id or ""), key, EdgeKind.TRAINED)
        elif version.logged_model_id:
            yield Edge(Key(NodeKind.LOGGED_MODEL, version.logged_model_id), key, EdgeKind.REGISTERED)
        elif version.run_id:
            yield Edge(Key(NodeKind.RUN, version.run_id), key, EdgeKind.REGISTERED)

    def _uses_of_versions(self, keys: Sequence[Key]) -> Iterator[Edge]:
        for key in keys:
            owner = self.model(key.name)
            if owner is not None and key.number is not None:
                yield from owner.child_edges(key.number)
        yield from find_copies(self._raw, self._project_id, keys)

    def _origins_of_runs(self, keys: Sequence[Key]) -> Iterator[Edge]:
        names = [key.name for key in keys]
        run_list = placeholders(len(names))
        for run_id, dataset, number in self._raw.all(
            "SELECT DISTINCT run_id, dataset, dataset_number FROM versions "  # noqa: S608
            f"WHERE run_id IN ({run_list}) AND project_id = ? AND dataset IS NOT NULL ORDER BY 1, 2, 3",
            (*names, self._project_id),
        ):
            data = Key(NodeKind.DATASET_VERSION, dataset, number)
            yield Edge(data, Key(NodeKind.RUN, run_id), EdgeKind.DATA, "training")
        yield from self._datasets_of_runs(f"r.run_id IN ({run_list})", names)
        rows = self._raw.all(
            "SELECT r.run_id, m.model_id FROM run_models m JOIN runs r ON r.id = m.run "  # noqa: S608
            f"WHERE r.run_id IN ({run_list}) AND {_OF_OTHERS} ORDER BY r.id, m.model_id",
            names,
        )
        for run_id, model_id in rows:
            yield Edge(Key(NodeKind.LOGGED_MODEL, model_id), Key(NodeKind.RUN, run_id), EdgeKind.INPUT)

    def _datasets_of_runs(self, condition: str, values: Sequence[object]) -> Iterator[Edge]:
        rows = self._raw.all(f"{_OF_DATASETS} AND {condition} ORDER BY g.id, r.id", (self._project_id, *values))
        for dataset, source, run_id, context in rows:
            evaluation = _evaluation_dataset(source)
            if evaluation is None:
                origin = Key(NodeKind.LOGGED_DATASET, str(dataset))
            else:
                origin = Key(NodeKind.EVALUATION_DATASET, evaluation)
            yield Edge(origin, Key(NodeKind.RUN, run_id), EdgeKind.DATA, context or None)

    def _uses_of_runs(self, keys: Sequence[Key]) -> Iterator[Edge]:
        names = [key.name for key in keys]
        run_list = placeholders(len(names))
        for model, number, run_id, trained_here in find_versions(self._raw, self._project_id, "run_id", names):
            version = Key(NodeKind.VERSION, model, number)
            if trained_here:
                yield Edge(Key(NodeKind.RUN, run_id), version, EdgeKind.TRAINED)
            else:
                yield from self._registrations(version, NodeKind.RUN)
        yield from self._deleted_versions("d.run_id", names, NodeKind.RUN)
        rows = self._raw.all(
            "SELECT r.run_id, m.model_id FROM run_models m JOIN runs r ON r.id = m.run "  # noqa: S608
            f"WHERE r.run_id IN ({run_list}) AND m.is_output ORDER BY r.id, m.step, m.model_id",
            names,
        )
        rows += self._raw.all(
            "SELECT m.source_run_id, m.model_id FROM runs r JOIN logged_models m "  # noqa: S608
            f"ON m.experiment_id = r.experiment_id AND m.source_run_id = r.run_id WHERE r.run_id IN ({run_list}) "
            "ORDER BY m.id",
            names,
        )
        for run_id, model_id in rows:
            yield Edge(Key(NodeKind.RUN, run_id), Key(NodeKind.LOGGED_MODEL, model_id), EdgeKind.OUTPUT)

    def _registrations(self, version: Key, kind: NodeKind) -> Iterator[Edge]:
        """The edges that a version itself tells, from a node of that kind."""
        for edge in self._origins_of_versions([version]):
            if edge.source.kind is kind:
                yield edge

    def _deleted_versions(self, column: str, values: Sequence[object], kind: NodeKind) -> Iterator[Edge]:
        rows = self._raw.all(
            "SELECT m.name, d.number FROM deleted_versions d JOIN models m ON m.id = d.model_id "  # noqa: S608
            f"WHERE m.project_id = ? AND {column} IN ({placeholders(len(values))}) ORDER BY 1, 2",
            (self._project_id, *values),
        )
        for model, number in rows:
            yield from self._registrations(Key(NodeKind.VERSION, model, number), kind)

    def _origins_of_logged_models(self, keys: Sequence[Key]) -> Iterator[Edge]:
        names = [key.name for key in keys]
        model_list = placeholders(len(names))
        rows = self._raw.all(
            "SELECT m.source_run_id, m.model_id FROM logged_models m JOIN experiments x ON x.id = m.experiment_id "  # noqa: S608
            f"WHERE x.project_id = ? AND m.model_id IN ({model_list}) AND m.source_run_id <> '' ORDER BY m.id",
            (self._project_id, *names),
        )
        rows += self._raw.all(
            "SELECT r.run_id, m.model_id FROM run_models m JOIN runs r ON r.id = m.run "  # noqa: S608
            "JOIN experiments x ON x.id = r.experiment_id "
            f"WHERE m.model_id IN ({model_list}) AND m.is_output AND x.project_id = ? ORDER BY r.id",
            (*names, self._project_id),
        )
        for run_id, model_id in rows:
            yield Edge(Key(NodeKind.RUN, run_id), Key(NodeKind.LOGGED_MODEL, model_id), EdgeKind.OUTPUT)

    def _uses_of_logged_models(self, keys: Sequence[Key]) -> Iterator[Edge]:
        names = [key.name for key in keys]
        for model, number, _, _ in find_versions(self._raw, self._project_id, "logged_model_id", names):
            yield from self._registrations(Key(NodeKind.VERSION, model, number), NodeKind.LOGGED_MODEL)
        yield from self._deleted_versions("d.logged_model_id", names, NodeKind.LOGGED_MODEL)
        rows = self._raw.all(
            "SELECT r.run_id, m.model_id FROM run_models m JOIN runs r ON r.id = m.run "  # noqa: S608
            "JOIN experiments x ON x.id = r.experiment_id "
            f"WHERE m.model_id IN ({placeholders(len(names))}) AND {_OF_OTHERS} AND x.project_id = ? ORDER BY r.id",
            (*names, self._project_id),
        )
        for run_id, model_id in rows:
            yield Edge(Key(NodeKind.LOGGED_MODEL, model_id), Key(NodeKind.RUN, run_id), EdgeKind.INPUT)

    def _uses_of_dataset_versions(self, keys: Sequence[Key]) -> Iterator[Edge]:
        rows = self._raw.all_with(
            "WITH w (project_id, dataset, number) AS (VALUES",
            [(self._project_id, key.name, key.number) for key in keys],
            ") SELECT v.dataset, v.dataset_number, v.model, v.number, v.run_id FROM w "
            "JOIN datasets s ON s.project_id = w.project_id AND s.name = w.dataset "
            "JOIN dataset_versions n ON n.dataset_id = s.id AND n.number = w.number "
            "JOIN versions v ON v.dataset_version_id = n.id ORDER BY v.id",
        )
        for dataset, dataset_number, model, number, run_id in rows:
            origin = Key(NodeKind.DATASET_VERSION, dataset, dataset_number)
            if NodeKind.RUN in self._kinds:
                yield Edge(origin, Key(NodeKind.RUN, run_id), EdgeKind.DATA, "training")
            else:
                yield Edge(origin, Key(NodeKind.VERSION, model, number), EdgeKind.DATA, "training")
        yield from (
            edge
            for edge in self._deleted_versions(
                "d.dataset", list(dict.fromkeys(key.name for key in keys)), NodeKind.DATASET_VERSION
            )
            if edge.source in keys
        )

    def _uses_of_logged_datasets(self, keys: Sequence[Key]) -> Iterator[Edge]:
        ids = [int(key.name) for key in keys]
        yield from self._datasets_of_runs(f"g.id IN ({placeholders(len(ids))})", ids)

    def _uses_of_evaluation_datasets(self, keys: Sequence[Key]) -> Iterator[Edge]:
        names = [key.name for key in keys]
        named = f"SELECT name FROM evaluation_datasets WHERE dataset_id IN ({placeholders(len(names))})"  # noqa: S608
        for edge in self._datasets_of_runs(f"g.name IN ({named})", names):
            if edge.source in keys:
                yield edge


def _evaluation_dataset(source: str) -> str | None:
    """The id of the evaluation dataset that a client logged, whose digest changes with its records."""
    if '"dataset_id"' not in source or len(source) > _MAX_SOURCE_LENGTH:
        return None
    try:
        dataset_id = json.loads(source).get("dataset_id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return dataset_id if isinstance(dataset_id, str) else None

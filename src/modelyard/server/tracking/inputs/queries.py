"""Reads of what runs were given and made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.tracking.inputs.tables import logged_datasets, run_datasets


class LoggedDataset(NamedTuple):
    """A dataset as a client described it."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None


class DatasetInput(NamedTuple):
    dataset: LoggedDataset
    tags: dict[str, str]


@dataclass(slots=True)
class Inputs:
    """`outputs` are logged models with the step at which they were made."""

    datasets: list[DatasetInput] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    outputs: list[tuple[str, int]] = field(default_factory=list)


class DatasetSummary(NamedTuple):
    experiment_id: int
    name: str
    digest: str
    context: str


_BATCH_SIZE = 5000


def list_inputs(raw: Raw, runs: Sequence[int]) -> dict[int, Inputs]:
    """Inputs and outputs by run; runs without any are left out."""
    found: dict[int, Inputs] = {}
    for start in range(0, len(runs), _BATCH_SIZE):
        part = runs[start : start + _BATCH_SIZE]
        among = placeholders(len(part))
        # Asked with the fast statement first: most runs have none.
        if raw.one(f"SELECT 1 FROM run_datasets WHERE run IN ({among}) LIMIT 1", part) is not None:  # noqa: S608
            _add_datasets(raw, part, found)
        rows = raw.run(
            "SELECT run, model_id, is_output, step FROM run_models "  # noqa: S608
            f"WHERE run IN ({among}) ORDER BY run, step, model_id",
            part,
        )
        for run, model_id, is_output, step in rows:
            inputs = found.setdefault(run, Inputs())
            if is_output:
                inputs.outputs.append((model_id, step))
            else:
                inputs.models.append(model_id)
    return found


def list_datasets(raw: Raw, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
    """The datasets that runs of the experiments were given, each with each of its contexts; at most 1,000."""
    rows = raw.all(
        "SELECT DISTINCT g.experiment_id, g.name, g.digest, d.context FROM logged_datasets g "  # noqa: S608
        f"JOIN run_datasets d ON d.dataset = g.id WHERE g.experiment_id IN ({placeholders(len(experiment_ids))}) "
        "ORDER BY 1, 2, 3, 4 LIMIT 1000",
        experiment_ids,
    )
    return [DatasetSummary(*row) for row in rows]


def _add_datasets(raw: Raw, runs: Sequence[int], found: dict[int, Inputs]) -> None:
    rows: Any = raw.connection.execute(
        select(run_datasets.c.run, run_datasets.c.tags, logged_datasets)
        .join(logged_datasets, logged_datasets.c.id == run_datasets.c.dataset)
        .where(run_datasets.c.run.in_(runs))
        .order_by(run_datasets.c.run, logged_datasets.c.id)
    )
    for row in rows:
        dataset = LoggedDataset(row.name, row.digest, row.source_type, row.source, row.schema, row.profile)
        found.setdefault(row.run, Inputs()).datasets.append(DatasetInput(dataset, row.tags))


def find_dataset(raw: Raw, experiment_id: int, name: str, digest: str) -> int | None:
    """The key of the dataset that runs of the experiment share by name and digest."""
    row = raw.one(
        "SELECT id FROM logged_datasets WHERE experiment_id = ? AND name = ? AND digest = ?",
        (experiment_id, name, digest),
    )
    return None if row is None else row[0]

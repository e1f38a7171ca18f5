"""Reads of what runs were given and made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders


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
    by_run: dict[int, Inputs] = {}
    for start in range(0, len(runs), _BATCH_SIZE):
        part = runs[start : start + _BATCH_SIZE]
        marks = placeholders(len(part))
        # Asked with the fast statement first: most runs have none.
        if raw.one(f"SELECT 1 FROM run_datasets WHERE run IN ({marks}) LIMIT 1", part) is not None:  # noqa: S608
            _add_datasets(raw, part, by_run)
        rows = raw.run(
            "SELECT run, model_id, is_output, step FROM run_models "  # noqa: S608
            f"WHERE run IN ({marks}) ORDER BY run, step, model_id",
            part,
        )
        for run, model_id, is_output, step in rows:
            inputs = by_run.setdefault(run, Inputs())
            if is_output:
                inputs.outputs.append((model_id, step))
            else:
                inputs.models.append(model_id)
    return by_run


def list_datasets(raw: Raw, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
    """The datasets that runs of the experiments were given, each with each of its contexts; at most 1,000."""
    rows = raw.all(
        "SELECT DISTINCT g.experiment_id, g.name, g.digest, d.context FROM logged_datasets g "  # noqa: S608
        f"JOIN run_datasets d ON d.dataset = g.id WHERE g.experiment_id IN ({placeholders(len(experiment_ids))}) "
        "ORDER BY 1, 2, 3, 4 LIMIT 1000",
        experiment_ids,
    )
    return [DatasetSummary(*row) for row in rows]


def _add_datasets(raw: Raw, runs: Sequence[int], by_run: dict[int, Inputs]) -> None:
    rows = raw.run(
        "SELECT d.run, CAST(d.tags AS TEXT), g.name, g.digest, g.source_type, g.source, g.schema, g.profile "  # noqa: S608
        "FROM run_datasets d JOIN logged_datasets g ON g.id = d.dataset "
        f"WHERE d.run IN ({placeholders(len(runs))}) ORDER BY d.run, g.id",
        runs,
    )
    for run, tags, *described in rows:
        by_run.setdefault(run, Inputs()).datasets.append(DatasetInput(LoggedDataset(*described), json.loads(tags)))


def find_dataset(raw: Raw, experiment_id: int, name: str, digest: str) -> int | None:
    """The key of the dataset that runs of the experiment share by name and digest."""
    row = raw.one(
        "SELECT id FROM logged_datasets WHERE experiment_id = ? AND name = ? AND digest = ?",
        (experiment_id, name, digest),
    )
    return None if row is None else row[0]

"""Reads of experiments."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.kernel.numbers import read_digits

DEFAULT_ID = 0
"""The experiment that clients name when nobody chose one. In every project it is the one named Default."""
DEFAULT_NAME = "Default"

_COLUMNS = "id, name, lifecycle_stage, artifact_location, created_at, updated_at"

_MAX_LISTED_NAMES = 10_000
_FEW = 100


class Experiment(NamedTuple):
    """Times are milliseconds since the epoch."""

    id: int
    name: str
    lifecycle_stage: str
    artifact_location: str | None
    created_at: int
    updated_at: int

    @property
    def location(self) -> str:
        """Below which its runs keep their artifacts."""
        return artifact_location(self.id, self.artifact_location)


def artifact_location(experiment_id: int, chosen: str | None) -> str:
    """Where an experiment's artifacts are: as chosen when it was made, or on this server."""
    return f"mlflow-artifacts:/{experiment_id}" if chosen is None else chosen


def location_below(location: str, path: str) -> str:
    """A place below another; a query that an address ends with stays its end."""
    place, mark, query = location.partition("?")
    return f"{place.rstrip('/')}/{path}{mark}{query}"


def experiment_not_found(experiment_id: object) -> NotFound:
    return NotFound(f"No Experiment with id={experiment_id} exists")


def get_experiment(raw: Raw, project_id: int, experiment_id: str) -> Experiment:
    """The experiment, deleted or not.

    :raises NotFound: the project has no such experiment.
    """
    experiment = find_experiment(raw, project_id, experiment_id)
    if experiment is None:
        raise experiment_not_found(experiment_id)
    return experiment


def find_experiment(raw: Raw, project_id: int, experiment_id: str) -> Experiment | None:
    number = read_digits(experiment_id)
    if number is None:
        return None
    row = raw.one(f"SELECT {_COLUMNS} FROM experiments WHERE id = ? AND project_id = ?", (number, project_id))  # noqa: S608
    if row is None and number == DEFAULT_ID:
        return find_by_name(raw, project_id, DEFAULT_NAME)
    return None if row is None else Experiment(*row)


def find_by_name(raw: Raw, project_id: int, name: str) -> Experiment | None:
    """The experiment of that name, deleted or not."""
    row = raw.one(f"SELECT {_COLUMNS} FROM experiments WHERE project_id = ? AND name = ?", (project_id, name))  # noqa: S608
    return None if row is None else Experiment(*row)


def get_by_name(raw: Raw, project_id: int, name: str) -> Experiment:
    """:raises NotFound: the project has no experiment of that name."""
    existing = find_by_name(raw, project_id, name)
    if existing is None:
        raise NotFound(f"Could not find experiment with name '{name}'")
    return existing


def find_experiments(raw: Raw, project_id: int, experiment_ids: Sequence[str]) -> list[Experiment]:
    """Those of the experiments that exist in the project, each once.

    :raises InvalidArgument: there are too many.
    """
    if len(experiment_ids) > _MAX_LISTED_NAMES:
        raise InvalidArgument(f"{len(experiment_ids)} experiment ids are given; the limit is {_MAX_LISTED_NAMES}.")
    named = list(dict.fromkeys(experiment_ids))
    if len(named) > _FEW:
        named = _existing(raw, project_id, named)
    experiments = (find_experiment(raw, project_id, experiment_id) for experiment_id in named)
    return list({experiment.id: experiment for experiment in experiments if experiment is not None}.values())


def _existing(raw: Raw, project_id: int, experiment_ids: Sequence[str]) -> list[str]:
    """Those that may exist, in few statements whatever their number."""
    ids = {number for (number,) in raw.run("SELECT id FROM experiments WHERE project_id = ?", (project_id,))}
    return [text for text in experiment_ids if (number := read_digits(text)) in ids or number == DEFAULT_ID]


def list_with_runs(raw: Raw, project_id: int, stages: frozenset[str]) -> list[Experiment]:
    """The experiments of a project that may have runs of these stages."""
    deleted = "" if "deleted" in stages else "AND lifecycle_stage = 'active' "
    rows = raw.all(
        f"SELECT {_COLUMNS} FROM experiments WHERE project_id = ? {deleted}"  # noqa: S608
        "AND EXISTS (SELECT 1 FROM runs r WHERE r.experiment_id = experiments.id) ORDER BY id",
        (project_id,),
    )
    return [Experiment(*row) for row in rows]


def tags_of(raw: Raw, experiment_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """The tags of experiments by key; experiments without any are left out."""
    tags: dict[int, list[tuple[str, str]]] = {}
    if experiment_ids:
        rows = raw.run(
            "SELECT experiment, key, value FROM experiment_tags "  # noqa: S608
            f"WHERE experiment IN ({placeholders(len(experiment_ids))}) ORDER BY key",
            experiment_ids,
        )
        for experiment, key, value in rows:
            tags.setdefault(experiment, []).append((key, value))
    return tags


def names_of(raw: Raw, experiment_ids: Collection[int]) -> dict[int, str]:
    if not experiment_ids:
        return {}
    marks = placeholders(len(experiment_ids))
    return dict(raw.all(f"SELECT id, name FROM experiments WHERE id IN ({marks})", list(experiment_ids)))  # noqa: S608


def is_there(raw: Raw, experiment_id: int) -> bool:
    """Whether any project has it."""
    return raw.one("SELECT 1 FROM experiments WHERE id = ?", (experiment_id,)) is not None

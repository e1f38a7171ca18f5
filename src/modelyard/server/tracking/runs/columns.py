"""Which params, metrics and tags the runs of experiments have, at a cost of their names, not of their runs."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw
from modelyard.server.tracking.runs.conditions import TABLES
from modelyard.wire.runs import RunColumns

_MAX_NAMES = 1000
_MAX_EXPERIMENTS = 100
_MAX_UNSETTLED = 1000

# From name to name along the search index, instead of reading every run.
_SETTLED = """
WITH RECURSIVE names(key) AS (
  SELECT (SELECT min(x.key) FROM {table} x WHERE x.experiment_id = ?)
  UNION ALL
  SELECT (SELECT min(x.key) FROM {table} x WHERE x.experiment_id = ? AND x.key > names.key)
  FROM names WHERE names.key IS NOT NULL
)
SELECT key FROM names WHERE key IS NOT NULL LIMIT ?
"""
_UNSETTLED = """
SELECT DISTINCT x.key FROM {table} x WHERE x.run IN (
  SELECT id FROM runs WHERE experiment_id = ? AND unsettled = 1 ORDER BY id DESC LIMIT ?
) LIMIT ?
"""


def list_columns(raw: Raw, experiment_ids: Sequence[int]) -> RunColumns:
    """At most 1,000 names of each kind, of at most 100 experiments."""
    by_family = {family: list_names(raw, table, experiment_ids[:_MAX_EXPERIMENTS]) for family, table in TABLES.items()}
    truncated = len(experiment_ids) > _MAX_EXPERIMENTS or any(len(names) > _MAX_NAMES for names in by_family.values())
    listed = {f"{family}s": sorted(names)[:_MAX_NAMES] for family, names in by_family.items()}
    return RunColumns(**listed, truncated=truncated)


def list_names(raw: Raw, table: str, experiment_ids: Sequence[int]) -> set[str]:
    """The keys that `run_params`, `run_metrics` or `run_tags` has for runs of the experiments."""
    names: set[str] = set()
    limit = _MAX_NAMES + 1
    for experiment in experiment_ids:
        settled = raw.all(_SETTLED.format(table=table), (experiment, experiment, limit))
        unsettled = raw.all(_UNSETTLED.format(table=table), (experiment, _MAX_UNSETTLED, limit))
        names.update(name for (name,) in [*settled, *unsettled])
    return names

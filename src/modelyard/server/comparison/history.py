"""How each change on the line of parents moved the metric."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.comparison import parts
from modelyard.server.comparison.configs import Difference, differences, path_text
from modelyard.server.comparison.metrics import measured, metric_diff
from modelyard.server.comparison.queries import Ancestor, Link, list_line, read_ancestors
from modelyard.server.comparison.subjects import read_report
from modelyard.server.kernel.clock import to_datetime
from modelyard.server.registry.summaries.records import to_metric
from modelyard.server.registry.versions import queries
from modelyard.server.registry.versions.queries import Number
from modelyard.server.storage import FileStore
from modelyard.wire.comparison import ChangeKind, HistoryStep, MetricDiff, MetricHistory
from modelyard.wire.models import MetricSummary
from modelyard.wire.reports import EvaluationReport

_MAX_WORDS = 6
_MAX_VALUE_LENGTH = 40
_TOP = ("model_type", "output_features", "input_features", "trainer", "preprocessing")


async def read_history(
    store: FileStore, access: ProjectAccess, model: str, number: Number, limit: int
) -> MetricHistory:
    """From a version back to its oldest ancestor, at most `limit` versions.

    :raises NotFound: there is no such version.
    """

    def read(connection: Connection, scope: Scope) -> tuple[str, list[Link], dict[int, Ancestor]]:
        key = queries.get_key(connection, scope.project_id, model, number)
        line = list_line(connection, key.model_id, key.number)
        numbers = [link.number for link in line[: limit + 1]]
        sees_runs = scope.may(Permission.PROJECT_EXPERIMENTS_READ)
        return key.model, line, read_ancestors(connection, key.model_id, numbers, sees_runs=sees_runs)

    name, line, ancestors = await access.read(read)
    shown = line[:limit]
    needed = [ancestors[link.number] for link in line[: limit + 1]]
    reports = [await read_report(store, each.report_file) for each in needed]
    steps = [_step(index, line, ancestors, reports) for index in range(len(shown))]
    return MetricHistory(model=name, steps=steps, truncated=len(line) > limit)


def _step(
    index: int,
    line: Sequence[Link],
    ancestors: Mapping[int, Ancestor],
    reports: Sequence[EvaluationReport | None],
) -> HistoryStep:
    link, one = line[index], ancestors[line[index].number]
    has_parent = index + 1 < len(line)
    metric = to_metric(one.row)
    words: list[str] = []
    compared = None
    if has_parent:
        parent = ancestors[line[index + 1].number]
        words = _words(parent, one)
        compared = _compared(to_metric(parent.row), metric, (reports[index + 1], reports[index]))
    cut = words if len(words) <= _MAX_WORDS else [*words[: _MAX_WORDS - 1], f"{len(words) - _MAX_WORDS + 1} more"]
    return HistoryStep(
        number=link.number,
        status=one.row.status,
        semver=one.row.semver,
        description=one.row.description,
        created_at=to_datetime(one.row.created_at),
        created_by=one.row.created_by,
        parent=line[index + 1].number if has_parent else None,
        skipped=link.skipped,
        changes=cut,
        change_count=len(words),
        metric=metric,
        compared=compared,
    )


def _compared(
    before: MetricSummary | None,
    after: MetricSummary | None,
    reports: tuple[EvaluationReport | None, EvaluationReport | None],
) -> MetricDiff | None:
    if before is None or after is None or (before.name, before.split) != (after.name, after.split):
        return None
    return metric_diff(measured([before])[0], measured([after])[0], reports, comparable=True)


def _words(before: Ancestor, after: Ancestor) -> list[str]:
    """The changes in words: the data first, then the config by how much its sections decide."""
    data = [_data_of(each.row) for each in (before, after)]
    phrases = [] if data[0] == data[1] else [f"data {data[0]} → {data[1]}"]
    if before.row.rendered_config and after.row.rendered_config:
        changed = list(differences(before.row.rendered_config, after.row.rendered_config))
        changed.sort(key=lambda each: _TOP.index(str(each.path[0])) if each.path[0] in _TOP else len(_TOP))
        return phrases + [_phrase(each) for each in changed]
    return phrases + [
        _phrase(Difference((change.path,), change.kind, change.before, change.after))
        for change in parts.changes(before.params, after.params, parts.same_param)
    ]


def _data_of(row: Row[Any]) -> str:
    return f"{row.dataset}@{row.dataset_number}" if row.dataset is not None else "elsewhere"


def _phrase(change: Difference) -> str:
    path = change.path[1:] if len(change.path) > 1 and change.path[0] == "trainer" else change.path
    text = path_text(path)
    if change.kind is ChangeKind.ADDED:
        return f"+ {text}" + ("" if isinstance(change.after, dict) else f" = {_short(change.after)}")
    if change.kind is ChangeKind.REMOVED:
        return f"- {text}"
    return f"{text} {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"

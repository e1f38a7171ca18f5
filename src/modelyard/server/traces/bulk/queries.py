"""Counting what many traces have."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.traces.service import KEPT_TAGS

_KEPT = sorted(KEPT_TAGS)
_OF_TRACES = {
    "traces": "SELECT count(*) FROM traces WHERE id IN ({})",
    "trace_tags": f"SELECT count(*) FROM trace_tags WHERE trace IN ({{}}) AND key NOT IN ({placeholders(len(_KEPT))})",  # noqa: S608
    "trace_metadata": "SELECT count(*) FROM trace_metadata WHERE trace IN ({})",
    "trace_runs": ("SELECT count(*) FROM traces t JOIN trace_links x ON x.trace_id = t.trace_id WHERE t.id IN ({})"),
    "spans": "SELECT count(*) FROM spans WHERE trace IN ({})",
    "assessments": "SELECT count(*) FROM assessments WHERE trace IN ({})",
}


def count_imported_traces(raw: Raw, keys: str, values: Sequence[object]) -> dict[str, int]:
    """`among` is a SELECT of the keys of traces. Tags that the server keeps are not counted."""
    return {
        kind: raw.number(statement.format(keys), [*values, *(_KEPT if kind == "trace_tags" else ())])
        for kind, statement in _OF_TRACES.items()
    }

"""The rules of traces. A trace is told twice, in any order: by its spans, and by what its client says of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import AlreadyExists, InvalidArgument, NotFound
from modelyard.server.traces.json_values import value_of
from modelyard.server.traces.live_events import MAX_EVENT_IDS, traces_changed
from modelyard.server.traces.queries import (
    PROMPTS_TAG,
    Trace,
    get_trace,
    list_keys,
    list_traces,
    owners_of,
    tags_of,
    trace_not_found,
    traces_up_to,
)
from modelyard.server.tracking.experiments.queries import Experiment, find_experiment, get_experiment, location_below

NAME_TAG = "mlflow.traceName"
SPANS_TAG = "mlflow.trace.spansLocation"
ARTIFACT_TAG = "mlflow.artifactLocation"
KEPT_TAGS = frozenset({SPANS_TAG, ARTIFACT_TAG, "mlflow.trace.archiveLocation", "mlflow.trace.archivalFailure"})
"""Tags that the server sets; clients may not."""

_UPSERT = (
    "INSERT INTO traces (trace_id, experiment_id, request_time, duration_ms, state, name, client_request_id, "
    "request_preview, response_preview, is_told, has_spans) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (trace_id) DO UPDATE SET trace_id = excluded.trace_id RETURNING id, experiment_id, is_told"
)


@dataclass(frozen=True, slots=True)
class TraceReport:
    """A client's report of a trace. Times in milliseconds."""

    trace_id: str
    request_time: int
    duration_ms: int | None
    state: str
    client_request_id: str | None
    request_preview: str | None
    response_preview: str | None
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """One span; `content` is all of it as JSON. `request` and `response` are what a root span took and gave."""

    trace_id: str
    span_id: str
    is_root: bool
    name: str
    type: str
    status: str
    start_ns: int
    end_ns: int
    content: str
    request: str | None
    response: str | None
    tags: Mapping[str, str]


def put_trace(raw: Raw, project_id: int, experiment: Experiment, report: TraceReport) -> Trace:
    """Makes the trace, or replaces what was said of it; tags and metadata are added to those it has.

    :raises AlreadyExists: another project has a trace of this id.
    """
    name = report.tags.get(NAME_TAG, "")
    values = (report.request_time, report.duration_ms, report.state, name, report.client_request_id)
    previews = (report.request_preview, report.response_preview)
    key, _ = _upsert(raw, project_id, experiment, report.trace_id, (*values, *previews, True, False))
    raw.run(
        "UPDATE traces SET request_time = ?, duration_ms = ?, state = ?, name = ?, client_request_id = ?, "
        "request_preview = ?, response_preview = ?, is_told = ? WHERE id = ?",
        (*values, *previews, True, key),
    )
    location = location_below(experiment.location, f"traces/{report.trace_id}/artifacts")
    _put(raw, "trace_tags", key, {**_without_kept(report.tags), ARTIFACT_TAG: location})
    _put(raw, "trace_metadata", key, report.metadata)
    traces_changed(raw, [key])
    return get_trace(raw, project_id, report.trace_id)


def put_spans(raw: Raw, project_id: int, experiment: Experiment, spans: Sequence[Span]) -> None:
    """Adds spans to their traces, which are made when there are none; a span that is there is replaced.

    :raises AlreadyExists: another project has a trace of this id.
    """
    by_trace: dict[str, list[Span]] = {}
    for span in spans:
        by_trace.setdefault(span.trace_id, []).append(span)
    # In one order, so that two writers of the same traces cannot wait for each other.
    changed = [
        _put_spans_of(raw, project_id, experiment, trace_id, by_trace[trace_id]) for trace_id in sorted(by_trace)
    ]
    traces_changed(raw, changed)


def _put_spans_of(raw: Raw, project_id: int, experiment: Experiment, trace_id: str, spans: Sequence[Span]) -> int:
    """Answers the trace's key."""
    root = next((span for span in spans if span.is_root), None)
    began = min(span.start_ns for span in spans) // 1_000_000
    ended = max(span.end_ns for span in spans) // 1_000_000
    state = "IN_PROGRESS" if root is None else "ERROR" if root.status == "ERROR" else "OK"
    previews = (None, None) if root is None else (root.request, root.response)
    name = "" if root is None else root.tags.get(NAME_TAG, root.name)
    values = (began, max(0, ended - began), state, name, None, *previews, False, True)
    key, is_reported = _upsert(raw, project_id, experiment, trace_id, values)
    if not is_reported:
        raw.run(
            "UPDATE traces SET duration_ms = CASE WHEN request_time + coalesce(duration_ms, 0) > ? "
            "THEN request_time + coalesce(duration_ms, 0) ELSE ? END - CASE WHEN request_time < ? THEN request_time "
            "ELSE ? END, request_time = CASE WHEN request_time < ? THEN request_time ELSE ? END WHERE id = ?",
            (ended, ended, began, began, began, began, key),
        )
        if root is not None:
            raw.run(
                "UPDATE traces SET state = ?, name = ?, request_preview = ?, response_preview = ? WHERE id = ?",
                (state, name, *previews, key),
            )
    location = location_below(experiment.location, f"traces/{trace_id}/artifacts")
    tags = {} if root is None else {NAME_TAG: name, **_without_kept(root.tags)}
    _put(raw, "trace_tags", key, {ARTIFACT_TAG: location})
    raw.insert(
        "INSERT INTO trace_tags (trace, key, value) VALUES",
        [(key, tag, value) for tag, value in tags.items()],
        "ON CONFLICT (trace, key) DO NOTHING",
    )
    store_spans(raw, key, spans)
    return key


def store_spans(raw: Raw, key: int, spans: Sequence[Span]) -> None:
    """Writes spans of the trace of that key; one that is there is replaced. Of the trace itself nothing changes."""
    raw.run("UPDATE traces SET has_spans = ? WHERE id = ?", (True, key))
    _put(raw, "trace_tags", key, {SPANS_TAG: "TRACKING_STORE"})
    raw.insert(
        "INSERT INTO spans (trace, span_id, name, type, status, start_ns, content) VALUES",
        [
            (key, span.span_id, span.name, span.type, span.status, span.start_ns, span.content)
            for span in {span.span_id: span for span in spans}.values()
        ],
        "ON CONFLICT (trace, span_id) DO UPDATE SET name = excluded.name, type = excluded.type, "
        "status = excluded.status, start_ns = excluded.start_ns, content = excluded.content",
    )


def edit_trace(raw: Raw, actor: str, project_id: int, trace_id: str, tags: Mapping[str, str | None]) -> None:
    """Sets tags by key; None deletes one, if it is there.

    :raises NotFound: there is no such trace.
    :raises InvalidArgument: a tag that the server keeps.
    """
    trace = get_trace(raw, project_id, trace_id)
    for key, value in tags.items():
        if value is None:
            _remove_tag(raw, trace, key)
        else:
            _set_tag(raw, trace, key, value)
    if tags:
        record(raw.connection, project_id, actor, "trace.updated", trace_id, tags=sorted(tags))


def set_trace_tag(raw: Raw, project_id: int, trace_id: str, key: str, value: str) -> None:
    """:raises NotFound: there is no such trace.
    :raises InvalidArgument: a tag that the server keeps.
    """
    _set_tag(raw, get_trace(raw, project_id, trace_id), key, value)


def delete_trace_tag(raw: Raw, project_id: int, trace_id: str, key: str) -> None:
    """:raises NotFound: there is no such trace.
    :raises NotFound: the trace does not have that tag.
    :raises InvalidArgument: a tag that the server keeps.
    """
    if not _remove_tag(raw, get_trace(raw, project_id, trace_id), key):
        raise NotFound(f"No trace tag with key '{key}' for trace with ID '{trace_id}'.")


def delete_traces(
    raw: Raw,
    actor: str,
    project_id: int,
    experiment: Experiment,
    *,
    until: int | None,
    most: int | None,
    trace_ids: Sequence[str],
) -> int:
    """Deletes traces of an experiment: those named, or the oldest up to a moment, at most so many. Answers how many."""
    chosen = traces_up_to(experiment.id, until=until, maximum=most, trace_ids=trace_ids)
    traces_changed(raw, list_keys(raw, chosen, MAX_EVENT_IDS))
    raw.run(
        f"DELETE FROM trace_links WHERE trace_id IN (SELECT trace_id FROM traces WHERE id IN ({chosen.text}))",  # noqa: S608
        chosen.values,
    )
    deleted: int = raw.run(f"DELETE FROM traces WHERE id IN ({chosen.text})", chosen.values).rowcount  # noqa: S608
    if deleted:
        record(raw.connection, project_id, actor, "trace.deleted", experiment.name, count=deleted)
    return deleted


def delete_named(raw: Raw, actor: str, project_id: int, trace_ids: Sequence[str]) -> None:
    """Deletes traces wherever in the project they are. One that is not there is fine."""
    by_experiment: dict[int, list[str]] = {}
    for trace in list_traces(raw, project_id, trace_ids):
        by_experiment.setdefault(trace.experiment_id, []).append(trace.trace_id)
    for experiment_id, named in sorted(by_experiment.items()):
        experiment = get_experiment(raw, project_id, str(experiment_id))
        delete_traces(raw, actor, project_id, experiment, until=None, most=None, trace_ids=named)


def link_to_run(raw: Raw, project_id: int, trace_ids: Sequence[str], run_id: str) -> None:
    """Links traces, also such as have not arrived yet.

    :raises NotFound: a trace is another project's.
    """
    owners = owners_of(raw, trace_ids)
    for trace_id, (_, owner) in owners.items():
        if owner != project_id:
            raise trace_not_found(trace_id)
    raw.insert(
        "INSERT INTO trace_links (trace_id, run_id) VALUES",
        [(trace_id, run_id) for trace_id in trace_ids],
        "ON CONFLICT (trace_id, run_id) DO NOTHING",
    )
    traces_changed(raw, [key for key, _ in owners.values()])


def link_prompts(raw: Raw, trace: Trace, prompts: Sequence[tuple[str, str]]) -> None:
    """Adds versions of prompts, by name and number, to those of a trace."""
    existing = dict(tags_of(raw, [trace.id])[trace.id]).get(PROMPTS_TAG, "[]")
    linked = value_of(existing)
    if not isinstance(linked, list):
        linked = []
    new = [{"name": name, "version": version} for name, version in dict.fromkeys(prompts)]
    linked += [prompt for prompt in new if prompt not in linked]
    _put(raw, "trace_tags", trace.id, {PROMPTS_TAG: json.dumps(linked)})
    traces_changed(raw, [trace.id])


def _upsert(
    raw: Raw, project_id: int, experiment: Experiment, trace_id: str, values: tuple[object, ...]
) -> tuple[int, bool]:
    """The trace's key, locked until the end of the transaction, and whether its client has told of it."""
    row = raw.one(_UPSERT, (trace_id, experiment.id, *values))
    assert row is not None
    key, experiment_id, is_reported = row
    if experiment_id != experiment.id and find_experiment(raw, project_id, str(experiment_id)) is None:
        raise AlreadyExists(f"A trace with ID '{trace_id}' exists already.")
    return key, bool(is_reported)


def _put(raw: Raw, table: str, key: int, values: Mapping[str, str]) -> None:
    raw.insert(
        f"INSERT INTO {table} (trace, key, value) VALUES",
        [(key, name, value) for name, value in values.items()],
        "ON CONFLICT (trace, key) DO UPDATE SET value = excluded.value",
    )


def _set_tag(raw: Raw, trace: Trace, key: str, value: str) -> None:
    _check_tag(key)
    _put(raw, "trace_tags", trace.id, {key: value})
    if key == NAME_TAG:
        raw.run("UPDATE traces SET name = ? WHERE id = ?", (value, trace.id))
    traces_changed(raw, [trace.id])


def _remove_tag(raw: Raw, trace: Trace, key: str) -> bool:
    """Whether the trace had it."""
    _check_tag(key)
    removed: int = raw.run("DELETE FROM trace_tags WHERE trace = ? AND key = ?", (trace.id, key)).rowcount
    traces_changed(raw, [trace.id])
    return removed > 0


def _without_kept(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in KEPT_TAGS}


def _check_tag(key: str) -> None:
    if key in KEPT_TAGS:
        raise InvalidArgument(f"The trace tag '{key}' is kept by the server and cannot be changed.")

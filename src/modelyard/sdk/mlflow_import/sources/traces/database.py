"""Reading the traces in MLflow's own database."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from modelyard.sdk._errors import ModelyardError
from modelyard.sdk.mlflow_import.sources.files import Files
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment
from modelyard.sdk.mlflow_import.sources.tables import Tables
from modelyard.sdk.mlflow_import.sources.traces.documents import state_of, texts
from modelyard.sdk.mlflow_import.sources.traces.source import (
    ARTIFACT_TAG,
    NAME_TAG,
    SPANS_FILE,
    SPANS_TAG,
    TRACES_A_PAGE,
    SourceTrace,
    Span,
    own_tags,
)
from modelyard.sdk.mlflow_import.sources.traces.spans import otlp_span, spans_of_file
from modelyard.wire.imports import AssessmentLine, TraceLine

_IN_TABLE = "TRACKING_STORE"
_ARCHIVED = "ARCHIVE_REPO"
_SESSION, _USAGE, _COST = "mlflow.trace.session", "mlflow.trace.tokenUsage", "mlflow.trace.cost"
_TOKENS = (
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_input_tokens_above_1hr",
)
_COSTS = ("input_cost", "output_cost", "total_cost")


class DatabaseTraces:
    """Spans are in a table since MLflow 3.5, before in a file among the artifacts of each trace."""

    def __init__(self, tables: Tables, files: Files, problems: list[tuple[str, str, str]]) -> None:
        self._tables, self._files, self._problems = tables, files, problems
        self.notes: list[str] = []

    def pages(self, experiment: SourceExperiment) -> Iterator[list[SourceTrace]]:
        if "trace_info" not in self._tables.columns:
            return
        began, last = -1, ""
        while True:
            rows = self._tables.all(
                "SELECT * FROM trace_info WHERE experiment_id = :experiment AND timestamp_ms >= :began "
                "AND (timestamp_ms > :began OR request_id > :last) ORDER BY timestamp_ms, request_id LIMIT :most",
                experiment=int(experiment.line.key),
                began=began,
                last=last,
                most=TRACES_A_PAGE,
            )
            if not rows:
                return
            began, last = rows[-1]["timestamp_ms"], rows[-1]["request_id"]
            yield self._traces(experiment.line.key, rows)

    def _traces(self, experiment: str, rows: Sequence[dict[str, Any]]) -> list[SourceTrace]:
        ids = [row["request_id"] for row in rows]
        tags = self._tables.pairs("trace_tags", "request_id", ids)
        metadata = self._tables.pairs("trace_request_metadata", "request_id", ids)
        judged, counts = self._assessments(ids), self._span_counts(ids)
        return [
            _trace(
                experiment, row, tags[trace_id], metadata[trace_id], judged[trace_id], counts.get(trace_id, (0, None))
            )
            for trace_id, row in zip(ids, rows, strict=True)
        ]

    def _span_counts(self, ids: Sequence[str]) -> dict[str, tuple[int, int | None]]:
        """How many there are of each trace, and when the last of them ended."""
        if "spans" not in self._tables.columns:
            return {}
        rows = self._tables.select_by_ids(
            "SELECT trace_id, count(*) AS n, max(end_time_unix_nano) AS ended FROM spans WHERE trace_id IN :ids "
            "GROUP BY trace_id",
            ids,
        )
        return {row["trace_id"]: (row["n"], row["ended"]) for row in rows}

    def _assessments(self, ids: Sequence[str]) -> defaultdict[str, list[AssessmentLine]]:
        assessments: defaultdict[str, list[AssessmentLine]] = defaultdict(list)
        if "assessments" not in self._tables.columns:
            return assessments
        statement = "SELECT * FROM assessments WHERE trace_id IN :ids ORDER BY created_timestamp, assessment_id"
        for row in self._tables.select_by_ids(statement, ids):
            try:
                assessments[row["trace_id"]].append(_assessment(row))
            except (ValueError, OverflowError, TypeError, AttributeError) as error:
                self._problems.append(("assessments", row["assessment_id"], f"It is not what MLflow writes: {error}"))
        return assessments

    def spans(self, traces: Sequence[SourceTrace]) -> Iterator[list[Span] | None]:
        for trace in traces:
            try:
                yield self._spans(trace)
            except (ModelyardError, OSError, ValueError, OverflowError, KeyError, TypeError, AttributeError) as error:
                self._problems.append(("spans", trace.line.trace_id, str(error)))
                yield None

    def _spans(self, trace: SourceTrace) -> list[Span]:
        trace_id, place = trace.line.trace_id, trace.spans_at
        if place == _ARCHIVED:
            raise ModelyardError("Its spans were archived: import it from its server, which reads them.")
        if place == _IN_TABLE:
            rows = self._tables.all(
                "SELECT content FROM spans WHERE trace_id = :trace ORDER BY start_time_unix_nano, span_id",
                trace=trace_id,
            )
            return [otlp_span(json.loads(row["content"])) for row in rows]
        try:
            content = b"".join(self._files.read_file(place, SPANS_FILE))
        except FileNotFoundError:
            if trace.line.state == "IN_PROGRESS":
                return []
            raise
        return spans_of_file(content, f"{place}/{SPANS_FILE}")

    def links(self, experiment: SourceExperiment, run_ids: Sequence[str]) -> Iterator[tuple[str, str]]:  # noqa: ARG002
        if "entity_associations" not in self._tables.columns:
            return
        rows = self._tables.all(
            "SELECT a.source_id, a.destination_id FROM entity_associations a JOIN trace_info t "
            "ON t.request_id = a.source_id WHERE a.source_type = 'trace' AND a.destination_type = 'run' "
            "AND t.experiment_id = :experiment ORDER BY a.source_id, a.destination_id",
            experiment=int(experiment.line.key),
        )
        yield from ((row["source_id"], row["destination_id"]) for row in rows)


def _trace(
    experiment: str,
    row: dict[str, Any],
    tags: dict[str, str],
    metadata: dict[str, str],
    assessments: list[AssessmentLine],
    spans: tuple[int, int | None],
) -> SourceTrace:
    name = row.get("trace_name")
    line = TraceLine(
        trace_id=row["request_id"],
        experiment=experiment,
        state=state_of(row["status"]),
        started_at=row["timestamp_ms"],
        duration_ms=row["execution_time_ms"],
        client_request_id=row.get("client_request_id"),
        request_preview=row.get("request_preview"),
        response_preview=row.get("response_preview"),
        tags=own_tags({**tags, NAME_TAG: name} if name is not None else tags),
        metadata={**metadata, **_measured(row)},
        assessments=assessments,
    )
    count, _ = spans
    place = tags.get(SPANS_TAG, "")
    if count or not tags.get(ARTIFACT_TAG):
        place = _IN_TABLE
    elif place not in (_IN_TABLE, _ARCHIVED):
        place = tags[ARTIFACT_TAG]
    return SourceTrace(line, spans, count if place == _IN_TABLE else None, place)


def _measured(row: dict[str, Any]) -> dict[str, str]:
    """Metadata that MLflow 3.18 moved into columns."""
    metadata = {} if row.get("session_id") is None else {_SESSION: row["session_id"]}
    for key, columns in ((_USAGE, _TOKENS), (_COST, _COSTS)):
        values = {column: row[column] for column in columns if row.get(column) is not None}
        if values:
            metadata[key] = json.dumps(values)
    return metadata


def _assessment(row: dict[str, Any]) -> AssessmentLine:
    kind, value = row["assessment_type"], json.loads(row["value"])
    return AssessmentLine(
        assessment_id=row["assessment_id"],
        name=row["name"],
        type=kind,
        value=value.get("issue_name") if kind == "issue" else value,
        error=texts(json.loads(row["error"])) if row["error"] else None,
        source_type=row["source_type"],
        source_id=row["source_id"] or "",
        created_at=row["created_timestamp"],
        updated_at=row["last_updated_timestamp"],
        span_id=row["span_id"] or "",
        rationale=row["rationale"],
        metadata=texts(json.loads(row["assessment_metadata"])) if row["assessment_metadata"] else {},
        overrides=row["overrides"] or "",
        valid=bool(row["valid"]),
    )

"""The rules of imports: every object is written once, however often it is sent."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from modelyard.server.activity.events import emit
from modelyard.server.activity.service import record
from modelyard.server.db.raw import Raw
from modelyard.server.imports.lines import Batch, Numbered, failure, key_of, kind_of
from modelyard.server.imports.places import place_version
from modelyard.server.imports.queries import (
    find_import,
    find_targets,
    get_import,
    list_whole_folders,
    to_import,
)
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import ModelyardError, NotFound
from modelyard.server.kernel.ids import new_id
from modelyard.server.registry.imported.models import write_alias, write_model
from modelyard.server.registry.imported.versions import ImportedVersion, write_versions
from modelyard.server.registry.versions.seals import seal_imported
from modelyard.server.traces.bulk.prepared import PreparedTrace
from modelyard.server.traces.bulk.writing import foreign_trace, link_trace, write_trace
from modelyard.server.traces.queries import owners_of
from modelyard.server.tracking.bulk.experiments import write_experiment, write_logged_model
from modelyard.server.tracking.bulk.prepared import PreparedRun
from modelyard.server.tracking.bulk.queries import find_foreign, find_sealed
from modelyard.server.tracking.bulk.runs import foreign_run, sealed_run, write_runs
from modelyard.server.tracking.experiments.queries import find_experiment
from modelyard.wire.events import ExperimentsChanged, ObjectChanged
from modelyard.wire.imports import (
    AliasLine,
    DoneLine,
    ExperimentLine,
    Import,
    LineFailure,
    LoggedModelLine,
    ModelLine,
    TraceRunLine,
    VersionLine,
)


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """An import that goes on: by its key, into a project, for a caller."""

    key: int
    project_id: int
    project: str
    actor: str


@dataclass(slots=True)
class BatchOutcome:
    """Counts and failures of a batch."""

    created: Counter[str] = field(default_factory=Counter)
    merged: Counter[str] = field(default_factory=Counter)
    points: int = 0
    failures: list[LineFailure] = field(default_factory=list)


def start_import(connection: Connection, actor: str, project_id: int, source: str) -> Import:
    """A new import, or the one that there is of that source."""
    raw = Raw(connection)
    existing = find_import(raw, project_id, source)
    if existing is None:
        import_id = new_id()
        raw.run(
            "INSERT INTO imports (import_id, project_id, source, started_at, started_by) VALUES (?, ?, ?, ?, ?)",
            (import_id, project_id, source, now_ms(), actor),
        )
    else:
        import_id = existing
    record(connection, project_id, actor, "import.started", import_id, source=source)
    return to_import(get_import(raw, project_id, import_id))


def finish_import(
    connection: Connection, actor: str, project_id: int, project: str, import_id: str, report: dict[str, Any]
) -> Import:
    """Notes the report of the client, and tells open views.

    :raises NotFound: there is no such import.
    """
    raw = Raw(connection)
    stored = get_import(raw, project_id, import_id)
    seal_imported(raw, project_id, list_whole_folders(raw, stored.id))
    raw.run("UPDATE imports SET finished_at = ?, report = ? WHERE id = ?", (now_ms(), json.dumps(report), stored.id))
    record(connection, project_id, actor, "import.finished", import_id, source=stored.source, report=report)
    emit(connection, project, ("experiments",), ExperimentsChanged(experiment_ids=[]))
    emit(connection, project, ("models",), ObjectChanged(kind="model", name=""))
    return to_import(get_import(raw, project_id, import_id))


def note_received(connection: Connection, target: ImportTarget, import_id: str, outcome: BatchOutcome) -> None:
    """One line of the audit record for all that a request brought."""
    record(
        connection,
        target.project_id,
        target.actor,
        "import.received",
        import_id,
        created=dict(outcome.created),
        merged=dict(outcome.merged),
        points=outcome.points,
        failed=len(outcome.failures),
    )


def write_batch(connection: Connection, target: ImportTarget, batch: Batch) -> BatchOutcome:
    """Writes what can be written and says why the rest cannot; all in the caller's transaction."""
    raw = Raw(connection)
    outcome = BatchOutcome(failures=list(batch.failures))
    for kind, entries in groupby(batch.entries, lambda numbered: kind_of(numbered.entry)):
        if kind == "run":
            _write_runs(raw, target, list(entries), outcome)
        elif kind == "trace":
            _write_traces(raw, target, list(entries), outcome)
        elif kind == "version":
            _write_versions(raw, target, list(entries), outcome)
        else:
            for numbered in entries:
                _write_one(raw, target, numbered, outcome)
    return outcome


def _write_runs(raw: Raw, target: ImportTarget, entries: Sequence[Numbered], outcome: BatchOutcome) -> None:
    runs = [numbered.entry for numbered in entries if isinstance(numbered.entry, PreparedRun)]
    experiments = find_targets(raw, target.key, "experiment", list({run.line.experiment for run in runs}))
    run_ids = [run.line.run_id for run in runs]
    foreign, sealed = find_foreign(raw, target.project_id, run_ids), find_sealed(raw, run_ids)
    chosen: list[tuple[PreparedRun, int]] = []
    for numbered, run in zip(entries, runs, strict=True):
        experiment = experiments.get(run.line.experiment)
        if run.line.run_id in foreign:
            outcome.failures.append(failure(numbered, foreign_run(run.line.run_id)))
        elif run.line.run_id in sealed:
            outcome.failures.append(failure(numbered, sealed_run(run.line.run_id)))
        elif experiment is None:
            outcome.failures.append(failure(numbered, _experiment_missing(run.line.experiment)))
        else:
            chosen.append((run, int(experiment)))
    written = write_runs(raw, chosen)
    outcome.created["run"] += written.created
    outcome.merged["run"] += written.merged
    outcome.points += written.points
    marks = [
        ("run", run.line.run_id, run.line.run_id, run.line.fingerprint) for run, _ in chosen if run.line.fingerprint
    ]
    _mark(raw, target, marks)


def _write_traces(raw: Raw, target: ImportTarget, entries: Sequence[Numbered], outcome: BatchOutcome) -> None:
    traces = [numbered.entry for numbered in entries if isinstance(numbered.entry, PreparedTrace)]
    targets = find_targets(raw, target.key, "experiment", list({trace.line.experiment for trace in traces}))
    experiments = {key: find_experiment(raw, target.project_id, existing) for key, existing in targets.items()}
    existing = owners_of(raw, [trace.line.trace_id for trace in traces])
    owners = {trace_id: project_id for trace_id, (_, project_id) in existing.items()}
    marks = []
    for numbered, trace in zip(entries, traces, strict=True):
        line = trace.line
        experiment = experiments.get(line.experiment)
        if owners.get(line.trace_id, target.project_id) != target.project_id:
            outcome.failures.append(failure(numbered, foreign_trace(line.trace_id)))
        elif experiment is None:
            outcome.failures.append(failure(numbered, _experiment_missing(line.experiment)))
        else:
            write_trace(raw, target.project_id, experiment, trace)
            (outcome.merged if line.trace_id in owners else outcome.created)["trace"] += 1
            owners[line.trace_id] = target.project_id
            marks.append(("trace", line.trace_id, line.trace_id, line.fingerprint))
    _mark(raw, target, marks)


def _write_versions(raw: Raw, target: ImportTarget, entries: Sequence[Numbered], outcome: BatchOutcome) -> None:
    lines: list[Numbered] = []
    versions: list[ImportedVersion] = []
    for numbered in entries:
        line = numbered.entry
        assert isinstance(line, VersionLine)
        try:
            versions.append(place_version(raw, target.project_id, line))
            lines.append(numbered)
        except ModelyardError as error:
            outcome.failures.append(failure(numbered, error))
    results = write_versions(raw, target.actor, target.project_id, target.project, versions)
    marks = []
    for numbered, (line, *_), result in zip(lines, versions, results, strict=True):
        if isinstance(result, ModelyardError):
            outcome.failures.append(failure(numbered, result))
            continue
        (outcome.created if result.is_new else outcome.merged)["version"] += 1
        if line.fingerprint:
            marks.append(("version", key_of(line), str(result.id), line.fingerprint))
    _mark(raw, target, marks)


def _write_one(raw: Raw, target: ImportTarget, numbered: Numbered, outcome: BatchOutcome) -> None:
    """Checks stand before the first change of a line, so one that fails has changed nothing."""
    try:
        name, is_new, fingerprint = _written(raw, target, numbered)
    except ModelyardError as error:
        outcome.failures.append(failure(numbered, error))
        return
    kind = kind_of(numbered.entry)
    (outcome.created if is_new else outcome.merged)[kind] += 1
    if kind == "experiment" or fingerprint:
        marked_kind = numbered.entry.what if isinstance(numbered.entry, DoneLine) else kind
        _mark(raw, target, [(marked_kind, key_of(numbered.entry), name, fingerprint)])


def _written(raw: Raw, target: ImportTarget, numbered: Numbered) -> tuple[str, bool, str]:
    """The object's name here, whether it is new, and its fingerprint."""
    line = numbered.entry
    project_id, actor = target.project_id, target.actor
    match line:
        case ExperimentLine():
            existing = find_targets(raw, target.key, "experiment", [line.key]).get(line.key)
            experiment_id, is_new = write_experiment(raw, project_id, line, None if existing is None else int(existing))
            return str(experiment_id), is_new, line.fingerprint
        case LoggedModelLine():
            experiment = find_targets(raw, target.key, "experiment", [line.experiment]).get(line.experiment)
            if experiment is None:
                raise _experiment_missing(line.experiment)
            is_new = write_logged_model(raw, project_id, int(experiment), line)
            return line.model_id, is_new, line.fingerprint
        case TraceRunLine():
            return key_of(line), link_trace(raw, project_id, line.trace_id, line.run_id), ""
        case ModelLine():
            return line.name, write_model(raw, actor, project_id, line), line.fingerprint
        case AliasLine():
            return key_of(line), write_alias(raw, actor, project_id, line), ""
        case DoneLine():
            return line.key, True, line.fingerprint
        case PreparedRun() | PreparedTrace() | VersionLine():
            raise AssertionError("runs, traces and versions are written together")


def _experiment_missing(key: str) -> NotFound:
    return NotFound(f"The experiment {key!r} has not been sent.", hint="Send experiments before what is in them.")


def _mark(raw: Raw, target: ImportTarget, marks: Sequence[tuple[str, str, str, str]]) -> None:
    """`marks` are of kind, key, what it is called here, and fingerprint."""
    latest = {(kind, key): (target.key, kind, key, name, fingerprint) for kind, key, name, fingerprint in marks}
    raw.insert(
        "INSERT INTO imported_items (import, kind, key, target, fingerprint) VALUES",
        list(latest.values()),
        "ON CONFLICT (import, kind, key) DO UPDATE SET target = excluded.target, fingerprint = excluded.fingerprint",
    )

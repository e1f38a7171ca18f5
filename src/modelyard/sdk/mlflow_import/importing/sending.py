"""Sending records to a Modelyard server in bulk."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from modelyard.sdk._errors import ModelyardError, ServerUnreachableError, UnavailableError
from modelyard.sdk._http import Http, api_path, iterate
from modelyard.sdk.mlflow_import.report import TransferReport
from modelyard.wire.base import Page
from modelyard.wire.imports import (
    AnyLine,
    Import,
    ImportCounts,
    ImportedItem,
    ImportFinish,
    ImportResult,
    ImportStart,
)

_REQUEST_BYTES = 8 * 1024 * 1024
_READ_TIMEOUT_SECONDS = 600.0
_KINDS = {
    "experiment": "experiments",
    "run": "runs",
    "logged_model": "logged_models",
    "trace": "traces",
    "trace_run": "trace_runs",
    "model": "models",
    "version": "versions",
    "alias": "aliases",
    "done": "artifact_files",
}


class Receiver:
    """An import into one project. What is sent may be sent again: the server writes everything once."""

    def __init__(self, http: Http, project: str, source: str, report: TransferReport, *, dry_run: bool) -> None:
        self._http = http
        self._path = api_path("projects", project, "imports")
        self._report = report
        self._encoder = msgspec.json.Encoder()
        self._lines: list[bytes] = []
        self._size = 0
        self.dry_run = dry_run
        self._id = self._find(source) if dry_run else self._start(source)

    def items(self, kind: str) -> dict[str, ImportedItem]:
        """Objects that the import has brought so far, by their names at the source."""
        if self._id is None:
            return {}
        items = iterate(
            self._http, f"{self._path}/{self._id}/items", Page[ImportedItem], {"kind": kind, "limit": 10_000}
        )
        return {item.key: item for item in items}

    def add(self, line: AnyLine) -> None:
        """Sends the line, sooner or later. In a dry run nothing is sent."""
        if self.dry_run:
            return
        encoded = self._encoder.encode(line)
        self._lines.append(encoded)
        self._size += len(encoded)
        if self._size >= _REQUEST_BYTES:
            self.flush()

    def flush(self) -> None:
        """Sends what waits, again and again while the server is away for a moment."""
        if not self._lines:
            return
        body = b"\n".join(self._lines)
        self._lines, self._size = [], 0
        result = self._patiently(body)
        for kind, count in result.created.items():
            if kind != "done":
                self._report.kinds[_KINDS[kind]].written += count
        for kind, count in result.merged.items():
            counted = self._report.kinds[_KINDS[kind]]
            # All aliases and links are sent every time; one that is there already is not written.
            if kind in ("alias", "trace_run"):
                counted.before += count
            else:
                counted.written += count
        for failure in result.failures:
            self._report.fail(
                _KINDS.get(failure.kind or "", "runs"), failure.key or f"line {failure.line}", failure.message
            )

    def counts(self, experiments: Sequence[str] | None, models: Sequence[str] | None) -> Mapping[str, int]:
        """Numbers of imported objects on the server: of the experiments (ids there) and models named, or of all."""
        params: dict[str, Any] = {"experiment": experiments, "model": models}
        return self._http.get(f"{self._path}/{self._id}/counts", ImportCounts, params).counts

    def finish(self) -> None:
        body = ImportFinish(report=self._report.record())
        self._http.call("POST", f"{self._path}/{self._id}/finish", Import, body=body)

    def _start(self, source: str) -> str:
        return self._http.call("POST", self._path, Import, body=ImportStart(source=source)).id

    def _find(self, source: str) -> str | None:
        imports = self._http.get(self._path, list[Import])
        return next((each.id for each in imports if each.source == source), None)

    def _patiently(self, body: bytes) -> ImportResult:
        attempts = self._http.retry.attempts + 2
        for attempt in range(attempts):
            try:
                with self._http.stream(
                    "POST",
                    f"{self._path}/{self._id}/records",
                    content=body,
                    content_type="application/x-ndjson",
                    read_timeout_seconds=_READ_TIMEOUT_SECONDS,
                ) as response:
                    return self._http.parse(response, ImportResult)
            except (ServerUnreachableError, UnavailableError):
                if attempt == attempts - 1:
                    raise
                self._http.sleep(self._http.retry.delay(attempt + 1))
        raise ModelyardError("a request is attempted at least once")

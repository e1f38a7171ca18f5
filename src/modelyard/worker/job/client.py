"""The worker protocol's client: patient while the server is away, obedient when the job is no longer ours."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from modelyard.wire.jobs import (
    JobFinish,
    JobReport,
    JobReportAnswer,
    JobSpec,
    JobStart,
    PredictTask,
    PredictTaskError,
)
from modelyard.worker.errors import JobError, LeaseLostError, ServerGoneError

_LOGGER = logging.getLogger(__name__)
_CHUNK_BYTES = 1 << 20
_LEASE_LOST = {401, 409}
_AWAY = {500, 502, 503, 504}
_FIRST_PAUSE = 0.1
_MAX_DELAY_SECONDS = 5.0

Result = TypeVar("Result")


class JobClient:
    """Speaks for one job. Every call repeats itself while the server cannot be reached, for `patience` seconds.

    While the server has no room left, it repeats itself for as long as that takes.

    Raises LeaseLostError when the server says that the job is not this worker's, ServerGoneError when patience ends,
    and JobError when the server refuses what was sent.
    """

    def __init__(
        self, url: str, job: str, token: str, server_file: Path | None = None, patience: float = 600.0
    ) -> None:
        self._url = url.rstrip("/")
        self._job = job
        self._server_file = server_file
        self._patience = patience
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(30.0, connect=5.0),
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def start(self) -> JobSpec:
        body = JobStart(host=os.uname().nodename, process_id=os.getpid())
        return JobSpec.model_validate_json(self._post("start", body.model_dump_json()).content)

    def report(self, report: JobReport) -> JobReportAnswer:
        return JobReportAnswer.model_validate_json(self._post("report", to_json(report)).content)

    def finish(self, finish: JobFinish) -> None:
        self._post("finish", to_json(finish))

    def next_task(self, wait_seconds: int) -> PredictTask | None:
        """The next table to predict, or None if none came."""
        answer = self._post("tasks/next", "", params={"wait": wait_seconds}, timeout=wait_seconds + 30.0)
        return None if answer.status_code == httpx.codes.NO_CONTENT else PredictTask.model_validate_json(answer.content)

    def fail_task(self, task: str, message: str, code: str | None = None) -> None:
        self._post(f"tasks/{task}/error", PredictTaskError(message=message, code=code).model_dump_json())

    def download(self, path: str, target: Path, progress: Callable[[int, int | None], None] | None = None) -> str:
        """Write an answer's body to `target` in constant memory; `progress(received, total)` in bytes. Its SHA-256."""

        def attempt() -> str:
            sha256 = hashlib.sha256()
            with self._http.stream("GET", self._address(path)) as answer:
                if answer.is_error:
                    answer.read()
                _check(answer)
                length = answer.headers.get("content-length")
                received = 0
                with target.open("wb") as file:
                    for chunk in answer.iter_bytes(_CHUNK_BYTES):
                        file.write(chunk)
                        sha256.update(chunk)
                        received += len(chunk)
                        if progress is not None:
                            progress(received, int(length) if length else None)
            return sha256.hexdigest()

        return self._patiently(attempt)

    def upload(
        self,
        path: str,
        source: Path,
        check: Callable[[], None] | None = None,
        headers: dict[str, str] | None = None,
        *,
        waits_for_room: bool = True,
    ) -> None:
        """Send a file in constant memory, with its SHA-256; `check` is called for every chunk and may raise."""
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()

        def chunks() -> Iterator[bytes]:
            with source.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    if check is not None:
                        check()
                    yield chunk

        def attempt() -> None:
            sent = {"X-Content-SHA256": digest, "Content-Length": str(source.stat().st_size), **(headers or {})}
            _check(self._http.put(self._address(path), content=chunks(), headers=sent, timeout=600.0))

        self._patiently(attempt, waits_for_room=waits_for_room)

    def _post(
        self, path: str, content: str, params: dict[str, Any] | None = None, timeout: float = 30.0
    ) -> httpx.Response:
        def attempt() -> httpx.Response:
            headers = {"Content-Type": "application/json"}
            answer = self._http.post(
                self._address(path), content=content, headers=headers, params=params, timeout=timeout
            )
            _check(answer)
            return answer

        return self._patiently(attempt)

    def _address(self, path: str) -> str:
        return f"{self._url}/api/v1/jobs/{self._job}/{quote(path)}"

    def _patiently(self, attempt: Callable[[], Result], *, waits_for_room: bool = True) -> Result:
        deadline = time.monotonic() + self._patience
        pause = _FIRST_PAUSE
        while True:
            try:
                return attempt()
            except _ServerFullError as error:
                if not waits_for_room:
                    raise JobError(f"The server has no room left: {error}", "disk_full") from error
                if pause == _FIRST_PAUSE:
                    _LOGGER.warning("The server has no room left: %s Trying again until it has.", error)
                # The server is there, and the work of hours is worth waiting; whoever does not want to wait cancels.
                deadline = time.monotonic() + self._patience
            except (httpx.TransportError, _ServerAwayError) as error:
                if time.monotonic() + pause > deadline:
                    message = f"The server at {self._url} could not be reached for {self._patience:g} s: {error}"
                    raise ServerGoneError(message) from error
                _LOGGER.debug("The server does not answer (%s); trying again in %.1f s.", error, pause)
                self._look_up_server()
            time.sleep(pause)
            pause = min(pause * 2, _MAX_DELAY_SECONDS)

    def _look_up_server(self) -> None:
        """A server that was restarted may listen elsewhere and say so in its file."""
        if self._server_file is None:
            return
        try:
            self._url = str(json.loads(self._server_file.read_text(encoding="utf-8"))["url"]).rstrip("/")
        except (OSError, ValueError, KeyError) as error:
            _LOGGER.debug("The server's file cannot be read: %s", error)


class _ServerAwayError(Exception):
    """The server answered, but cannot work now."""


class _ServerFullError(Exception):
    """The server is there, but cannot write anything down until someone makes room."""


def _check(answer: httpx.Response) -> None:
    if not answer.is_error:
        return
    if answer.status_code in _LEASE_LOST:
        raise LeaseLostError(_message(answer))
    message = _message(answer)
    if answer.status_code == httpx.codes.INSUFFICIENT_STORAGE:
        raise _ServerFullError(message)
    if answer.status_code in _AWAY:
        raise _ServerAwayError(message)
    raise JobError(f"The server refused {answer.request.method} {answer.request.url.path}: {message}", "protocol_error")


def _message(answer: httpx.Response) -> str:
    """The message of an error answer, or its status if it has another shape."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"


def to_json(body: JobReport | JobFinish) -> str:
    """JSON with NaN and infinities as strings, as everywhere on the wire."""
    return json.dumps(_finite(body.model_dump(mode="python")), allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value

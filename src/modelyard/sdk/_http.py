"""The one place that speaks HTTP: addresses, errors, retries. Tests hand in an httpx transport here."""

import email.utils
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from modelyard._version import __version__
from modelyard.sdk._errors import (
    BY_CODE,
    InvalidArgumentError,
    RequestError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from modelyard.wire.base import Page
from modelyard.wire.errors import Problem

T = TypeVar("T")
Params = Mapping[str, Any]

API = "/api/v1"
CHUNK_BYTES = 512 * 1024
PAGE_SIZE = 100
READ_TIMEOUT_SECONDS = 60.0

# Only these may be sent twice: a repeated POST could make a second version.
_REPEATABLE = frozenset({"GET", "HEAD"})
_TEMPORARY = frozenset({502, 503, 504})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Retry:
    """How often, and after how long (doubling, with jitter), a request that may be repeated is sent again.

    `offline_timeout_seconds` is how long the server may be away before a watch ends.
    """

    attempts: int = 4
    first_delay_seconds: float = 0.2
    max_delay_seconds: float = 10.0
    offline_timeout_seconds: float = 120.0

    def delay(self, attempt: int, retry_after: str | None = None) -> float:
        """Seconds to wait after failed attempt `attempt` (from 0); the server's Retry-After wins."""
        if retry_after is not None and (requested_delay := _retry_after_seconds(retry_after)) is not None:
            return min(requested_delay, self.max_delay_seconds)
        doubled: float = self.first_delay_seconds * 2 ** min(attempt, 20)
        return min(doubled, self.max_delay_seconds) * _jitter()


class Http:
    """Requests to one Modelyard server.

    `transport` replaces the network, `sleep` the clock of the retries. Raises ServerUnreachableError when no answer
    comes, the RequestError of the answer's code when it is an error, UnexpectedAnswerError when it is not Modelyard's.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        retry: Retry | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = _checked_url(url)
        self.token = token
        self.retry = retry or Retry()
        self.sleep = sleep
        headers = {"User-Agent": f"modelyard-python/{__version__}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=10.0),
            transport=transport,
            # A proxy for the outside world cannot reach a server on this machine.
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, kind: type[T], params: Params | None = None) -> T:
        """The answer to a GET as `kind`, which may be any type that pydantic reads."""
        return self.call("GET", path, kind, params=params)

    def call(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        params: Params | None = None,
        body: BaseModel | None = None,
    ) -> T:
        """Send `body` as JSON, leaving out fields that were not set, and read the answer as `kind`."""
        content = None if body is None else body.model_dump_json(exclude_unset=True).encode()
        with self.stream(method, path, params=params, content=content, content_type="application/json") as response:
            return self.parse(response, kind)

    def delete(self, path: str) -> None:
        with self.stream("DELETE", path):
            pass

    def parse(self, response: httpx.Response, kind: type[T]) -> T:
        """Read a successful answer's JSON as `kind`."""
        try:
            return TypeAdapter(kind).validate_json(self._read(response))
        except ValidationError as error:
            raise UnexpectedAnswerError(
                f"{response.request.url} did not answer as Modelyard {__version__} does: {error.errors()[0]['msg']}",
                hint=f"Is {self.url} the address of a Modelyard server, of a version that fits this client?",
            ) from error

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        content: bytes | Iterator[bytes] | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        read_timeout_seconds: float | None = READ_TIMEOUT_SECONDS,
    ) -> Iterator[httpx.Response]:
        """An open successful answer whose body is still to be read; errors are raised before it is returned."""
        all_headers = dict(headers or {})
        if content is not None and content_type:
            all_headers["Content-Type"] = content_type
        request = self._client.build_request(
            method, API + path, params=_present(params), content=content, headers=all_headers
        )
        request.extensions["timeout"] = {**request.extensions["timeout"], "read": read_timeout_seconds}
        response = self._send(request)
        try:
            if not response.is_success:
                raise _error_of(response, self._read(response))
            yield response
        finally:
            response.close()

    def _send(self, request: httpx.Request) -> httpx.Response:
        attempts = self.retry.attempts if request.method in _REPEATABLE else 1
        for attempt in range(attempts):
            last = attempt == attempts - 1
            try:
                response = self._client.send(request, stream=True)
            except httpx.TransportError as error:
                if last or isinstance(error, httpx.UnsupportedProtocol):
                    raise self.unreachable(error) from error
                self.sleep(self.retry.delay(attempt))
                continue
            if last or response.status_code not in _TEMPORARY:
                return response
            response.close()
            self.sleep(self.retry.delay(attempt, response.headers.get("Retry-After")))
        raise AssertionError("a request is attempted at least once")

    def _read(self, response: httpx.Response) -> bytes:
        try:
            return response.read()
        except httpx.TransportError as error:
            raise self.unreachable(error) from error

    def chunks(self, response: httpx.Response) -> Iterator[bytes]:
        """The body of an open answer in pieces."""
        try:
            yield from response.iter_bytes(CHUNK_BYTES)
        except httpx.TransportError as error:
            raise self.unreachable(error) from error

    def unreachable(self, error: httpx.TransportError) -> ServerUnreachableError:
        """The message for a request that got no complete answer."""
        if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            return ServerUnreachableError(
                f"{self.url} took too long to answer",
                hint="The server may still be working on it: check before you try again.",
            )
        return ServerUnreachableError(
            f"cannot reach the Modelyard server at {self.url}: {error or type(error).__name__}",
            hint="Is it running? `modelyard up` starts one here; MODELYARD_URL or --url names another.",
        )


def api_path(*parts: str | int) -> str:
    """A path under the API with each part quoted, so that a part can never become two."""
    return "".join("/" + quote(str(part), safe="") for part in parts)


def iterate(http: Http, path: str, page_kind: type[Page[T]], params: Params | None = None) -> Iterator[T]:
    """Every item of a list, fetching each page only when it is needed."""
    token: str | None = None
    while True:
        page = http.get(path, page_kind, {"limit": PAGE_SIZE, **(params or {}), "page_token": token})
        yield from page.items
        token = page.next_page_token
        if token is None:
            return


def _jitter() -> float:
    return 0.75 + 0.5 * random.random()  # noqa: S311 - spreads clients, hides nothing


def _present(params: Params | None) -> dict[str, Any]:
    return {key: value for key, value in (params or {}).items() if value is not None}


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidArgumentError(
            f"{url!r} is not the address of a server", hint="Write it whole, such as http://127.0.0.1:7300."
        )
    return url.rstrip("/")


def _retry_after_seconds(value: str) -> float | None:
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _error_of(response: httpx.Response, body: bytes) -> RequestError | UnexpectedAnswerError:
    try:
        # Not ErrorResponse: a newer server may have a code that this client does not know.
        answer = TypeAdapter(_ErrorAnswer).validate_json(body)
    except ValidationError:
        return UnexpectedAnswerError(
            f"{response.request.method} {response.request.url} answered {response.status_code}",
            hint="This is not an answer of Modelyard. Check the address, and whether a proxy is in between.",
        )
    detail = answer.error
    kind = BY_CODE.get(detail.code, RequestError)
    return kind(
        detail.message,
        hint=detail.hint,
        code=detail.code,
        status=response.status_code,
        problems=detail.problems,
        request_id=detail.request_id,
    )


class _AnyErrorDetail(BaseModel):
    code: str
    message: str
    hint: str | None = None
    problems: list[Problem] = []
    request_id: str | None = None


class _ErrorAnswer(BaseModel):
    error: _AnyErrorDetail

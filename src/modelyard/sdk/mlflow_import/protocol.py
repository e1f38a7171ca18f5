"""Requests of the MLflow REST protocol, to any server that speaks it."""

import os
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from modelyard.sdk._client import Client
from modelyard.sdk._errors import (
    InvalidArgumentError,
    ModelyardError,
    NotFoundError,
    RequestError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)

_ATTEMPTS = 5
_CHUNK = 1024 * 1024
_TEMPORARY = frozenset({429, 502, 503, 504})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MlflowHttp:
    """One server. Without `auth`, what the address says of user and password is sent."""

    def __init__(self, url: str, auth: httpx.Auth | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidArgumentError(f"{url!r} is not the address of a server.")
        self.url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl().rstrip("/")
        self._client = httpx.Client(
            timeout=httpx.Timeout(300.0, connect=30.0),
            auth=auth or _basic(parts.username, parts.password),
            trust_env=parts.hostname not in _LOOPBACK,
            limits=httpx.Limits(max_connections=16),
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, /, **params: Any) -> dict[str, Any]:
        """A GET below `/api/2.0/mlflow/`, or of a whole path. Raises NotFoundError, RequestError."""
        return self._json("GET", _whole(path), params={k: v for k, v in params.items() if v is not None})

    def post(self, path: str, /, *, repeatable: bool = True, method: str = "POST", **body: Any) -> dict[str, Any]:
        """A POST below `/api/2.0/mlflow/`, or of a whole path. One that is not repeatable is sent once only."""
        content = {key: value for key, value in body.items() if value is not None}
        return self._json(method, _whole(path), json=content, attempts=_ATTEMPTS if repeatable else 1)

    def pages(self, items: str, method: str, path: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """Every item of a search, fetching the next page only when it is asked for."""
        token: str | None = None
        while True:
            page = (self.get if method == "GET" else self.post)(path, **fields, page_token=token)
            yield from page.get(items, [])
            token = page.get("next_page_token")
            if not token:
                return

    def log_spans(self, experiment_id: str, spans: Sequence[Mapping[str, Any]]) -> None:
        """Spans as OpenTelemetry's JSON, in place of those of the same ids. Raises RequestError."""
        content = {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}
        self._json("POST", "/v1/traces", json=content, headers={"x-mlflow-experiment-id": experiment_id})

    def list_artifacts(self, folder: str) -> list[dict[str, Any]]:
        """The entries of a folder below `mlflow-artifacts:/`."""
        files: list[dict[str, Any]] = self._json("GET", _ARTIFACTS, params={"path": folder}).get("files", [])
        return files

    def download(self, path: str, /, **params: Any) -> Iterator[bytes]:
        """The bytes at an address of the server, in pieces."""
        request = self._client.build_request("GET", self.url + path, params=params)
        response = self._send(request, _ATTEMPTS, stream=True)
        try:
            yield from response.iter_bytes(_CHUNK)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        finally:
            response.close()

    def download_artifact(self, path: str) -> Iterator[bytes]:
        return self.download(f"{_ARTIFACTS}/{quote(path)}")

    def upload_artifact(self, path: str, chunks: Iterator[bytes]) -> None:
        """Writes a file below `mlflow-artifacts:/`, in place of what was there."""
        request = self._client.build_request("PUT", f"{self.url}{_ARTIFACTS}/{quote(path)}", content=chunks)
        self._send(request, 1).close()

    def _json(self, method: str, path: str, attempts: int = _ATTEMPTS, **options: Any) -> dict[str, Any]:
        response = self._send(self._client.build_request(method, self.url + path, **options), attempts)
        try:
            answer = response.json() if response.content else {}
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise UnexpectedAnswerError(
                f"{self.url}{path} did not answer as an MLflow server does", hint="Is it the address of one?"
            )
        return answer

    def _send(self, request: httpx.Request, attempts: int, *, stream: bool = False) -> httpx.Response:
        for attempt in range(attempts):
            last = attempt == attempts - 1
            try:
                response = self._client.send(request, stream=stream)
            except httpx.TransportError as error:
                if last:
                    raise self._unreachable(error) from error
            else:
                if response.is_success:
                    return response
                if last or response.status_code not in _TEMPORARY:
                    response.read()
                    raise _error_of(response)
                response.close()
            time.sleep(0.5 * 2**attempt)
        raise AssertionError("a request is attempted at least once")

    def _unreachable(self, error: httpx.TransportError) -> ModelyardError:
        return ServerUnreachableError(f"cannot reach the MLflow server at {self.url}: {error or type(error).__name__}")


_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


def _whole(path: str) -> str:
    return path if path.startswith("/") else f"/api/2.0/mlflow/{path}"


def protocol_of(client: Client) -> MlflowHttp:
    """The MLflow protocol of a Modelyard server, in the client's project."""
    token = client._http.token  # noqa: SLF001 - the same package
    return MlflowHttp(f"{client.url}/projects/{client.project}", BearerAuth(token) if token else None)


def auth_of_environment() -> httpx.Auth | None:
    """The mlflow client's credentials: MLFLOW_TRACKING_USERNAME and _PASSWORD, or MLFLOW_TRACKING_TOKEN."""
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    basic = _basic(os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD"))
    return basic or (BearerAuth(token) if token else None)


class BearerAuth(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _basic(user: str | None, password: str | None) -> httpx.Auth | None:
    return httpx.BasicAuth(user, password) if user and password else None


def _error_of(response: httpx.Response) -> RequestError:
    try:
        answer = response.json()
        message = str(answer["message"])
    except (ValueError, KeyError, TypeError):
        message = response.text[:200].strip() or response.reason_phrase
    text = f"{response.request.method} {response.request.url.path} was answered {response.status_code}: {message}"
    kind = NotFoundError if response.status_code == 404 else RequestError
    return kind(text, status=response.status_code)

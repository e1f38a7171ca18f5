"""The bodies of requests to the native API: bounded, and read strictly, before anything looks at what they say."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import HTTPException, Request

from modelyard.server.kernel.errors import ModelyardError, TooLarge
from modelyard.server.kernel.json_texts import check_depth, read_json
from modelyard.server.kernel.numbers import read_digits

MAX_BYTES = 1024 * 1024
_DEEPEST = 100
_ATTRIBUTE = "max_body_bytes"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def takes_body_of(max_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint whose JSON may be larger than that of others. Uploads are streams, with their own limits."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, max_bytes)
        return endpoint

    return mark


def max_bytes_of(endpoint: Callable[..., Any]) -> int:
    most: int = getattr(endpoint, _ATTRIBUTE, MAX_BYTES)
    return most


class BoundedRequest(Request):
    """Reads no more than an endpoint takes."""

    max_bytes = MAX_BYTES

    async def body(self) -> bytes:
        """:raises HTTPException: it is too large."""
        if not hasattr(self, "_body"):
            if (read_digits(self.headers.get("content-length", "")) or 0) > self.max_bytes:
                self._refuse()
            body = bytearray()
            async for chunk in self.stream():
                body += chunk
                if len(body) > self.max_bytes:
                    self._refuse()
            self._body = bytes(body)
        return self._body

    async def json(self) -> Any:
        """:raises HTTPException: it is not JSON, or nested too deep."""
        body = await self.body()
        try:
            content = read_json(body)
            check_depth(content, _DEEPEST)
        except ModelyardError as error:
            raise _as_http(error) from error
        return content

    def _refuse(self) -> None:
        error = TooLarge(f"The request has more than {self.max_bytes:,} bytes.")
        raise _as_http(error) from error


def _as_http(error: ModelyardError) -> HTTPException:
    """The only kind that FastAPI lets through while it reads a body. The edge answers with its cause."""
    return HTTPException(error.status, error.message)

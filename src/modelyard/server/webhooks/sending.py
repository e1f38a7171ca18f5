"""One attempt to deliver: a request to a checked address, and what became of it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.kernel.sealing import Sealer
from modelyard.server.webhooks.addresses import AddressRules, HostNotFound, find_addresses, parse_url
from modelyard.server.webhooks.signing import signed_headers

if TYPE_CHECKING:
    import httpx

_MAX_BODY_BYTES = 8 * 1024
_MAX_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and where to. The secret is still sealed."""

    url: str
    delivery_id: str
    body: str
    sealed_secret: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt. `retry_after` is how many seconds the receiver asked to be left alone."""

    at: int
    duration_ms: int
    response_status: int | None = None
    response_body: str = ""
    error: str | None = None
    may_retry: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: "httpx.Headers"
    body: str


class Sender:
    """Sends letters. Nothing of this machine's environment, such as a proxy, decides where they go."""

    def __init__(self, rules: AddressRules, sealer: Sealer, timeout_seconds: float) -> None:
        self.rules = rules
        self._sealer = sealer
        self._timeout = timeout_seconds

    @cached_property
    def _client(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415 - takes long to import, and few servers send webhooks

        return httpx.AsyncClient(
            verify=httpx.create_ssl_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=self._timeout,
            # A kept connection was verified for one host name; another name of the same address must not use it.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def send(self, letter: Letter) -> Outcome:
        """Never raises for what the receiver does or is: that is the outcome."""
        import httpx  # noqa: PLC0415 - takes long to import, and few servers send webhooks

        at, began = time.time_ns() // 1_000_000, time.monotonic()

        def outcome(**fields: object) -> Outcome:
            return Outcome(at, round((time.monotonic() - began) * 1000), **fields)  # type: ignore[arg-type]

        try:
            secret = None if letter.sealed_secret is None else self._sealer.open(letter.sealed_secret)
            headers = signed_headers(letter.delivery_id, letter.body, secret, at // 1000)
            async with asyncio.timeout(self._timeout):
                answer = await self._post(letter.url, headers, letter.body)
        except (InvalidArgument, InvalidState) as error:
            return outcome(error=error.message)
        except HostNotFound as error:
            return outcome(error=error.message, may_retry=True)
        except TimeoutError:
            return outcome(error=f"No complete response within {self._timeout:g} s.", may_retry=True)
        except httpx.HTTPError as error:
            return outcome(error=str(error) or type(error).__name__, may_retry=True)
        return outcome(**_judge(answer), response_status=answer.status, response_body=answer.body)

    async def _post(self, url: str, headers: Mapping[str, str], body: str) -> _Answer:
        """Tries the host's addresses in turn until one can be connected to."""
        import httpx  # noqa: PLC0415 - takes long to import, and few servers send webhooks

        parsed = parse_url(url, self.rules)
        addresses = (await find_addresses(parsed, self.rules))[:_MAX_ADDRESSES]
        for address in addresses[:-1]:
            try:
                return await self._post_to(address, parsed, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._post_to(addresses[-1], parsed, headers, body)

    async def _post_to(self, address: str, url: "httpx.URL", headers: Mapping[str, str], body: str) -> _Answer:
        request = self._client.build_request(
            "POST",
            url.copy_with(host=address),
            headers={**headers, "Host": url.netloc.decode("ascii")},
            content=body.encode(),
            # The certificate must be that of the name, although the address is connected to.
            extensions={"sni_hostname": url.raw_host.decode("ascii").strip("[]")},
        )
        response = await self._client.send(request, stream=True)
        try:
            return _Answer(response.status_code, response.headers, await _beginning(response))
        finally:
            await response.aclose()


async def _beginning(response: "httpx.Response") -> str:
    """The first bytes of the body as it came, as text that both databases keep."""
    received = b""
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) >= _MAX_BODY_BYTES:
            break
    return received[:_MAX_BODY_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _judge(answer: _Answer) -> dict[str, object]:
    if answer.status < 300:
        return {}
    if answer.status < 400:
        where = answer.headers.get("location", "")[:200]
        return {"error": f"It redirects to {where!r}; redirects are not followed. Give the webhook that URL."}
    error = f"The response had status {answer.status}."
    if answer.status == 429 or answer.status >= 500:
        return {"error": error, "may_retry": True, "retry_after": _retry_after(answer.headers.get("retry-after"))}
    return {"error": error}


def _retry_after(value: str | None) -> float | None:
    """Seconds from now, from a number of seconds or a date; None when it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value[:12])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())

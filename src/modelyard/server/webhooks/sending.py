"""One attempt to deliver: a request to a checked address, and what became of it."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from modelyard.server.kernel.errors import InvalidArgument, InvalidState
from modelyard.server.kernel.sealing import Sealer
from modelyard.server.outbound.addresses import AddressRules, HostNotFound
from modelyard.server.outbound.client import OutboundClient, Response
from modelyard.server.webhooks.signing import signed_headers


@dataclass(frozen=True, slots=True)
class Letter:
    """A payload and its receiver. The secret is still sealed."""

    url: str
    delivery_id: str
    body: str
    sealed_secret: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an attempt. `retry_after` is how many seconds the receiver asked to be left alone."""

    at: int
    duration_ms: int
    response_status: int | None = None
    response_body: str = ""
    error: str | None = None
    may_retry: bool = False
    retry_after: float | None = None


class Sender:
    """Sends letters."""

    def __init__(self, rules: AddressRules, sealer: Sealer, timeout_seconds: float) -> None:
        self._client = OutboundClient(rules, timeout_seconds)
        self._sealer = sealer
        self._timeout = timeout_seconds

    async def close(self) -> None:
        await self._client.close()

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
                response = await self._client.post(letter.url, headers, letter.body)
        except (InvalidArgument, InvalidState) as error:
            return outcome(error=error.message)
        except HostNotFound as error:
            return outcome(error=error.message, may_retry=True)
        except TimeoutError:
            return outcome(error=f"No complete response within {self._timeout:g} s.", may_retry=True)
        except httpx.HTTPError as error:
            return outcome(error=str(error) or type(error).__name__, may_retry=True)
        return outcome(**_judge(response), response_status=response.status, response_body=response.body)


def _judge(response: Response) -> dict[str, object]:
    if response.status < 300:
        return {}
    if response.status < 400:
        where = response.headers.get("location", "")[:200]
        return {"error": f"It redirects to {where!r}; redirects are not followed. Give the webhook that URL."}
    error = f"The response had status {response.status}."
    if response.status == 429 or response.status >= 500:
        return {"error": error, "may_retry": True, "retry_after": _retry_after(response.headers.get("retry-after"))}
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

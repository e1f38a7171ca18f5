"""Requests to hosts that a user named."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from modelyard.server.outbound.addresses import AddressRules, find_addresses, parse_url

if TYPE_CHECKING:
    import httpx

_MAX_BODY_BYTES = 8 * 1024
_MAX_ADDRESSES = 3


@dataclass(frozen=True, slots=True)
class Response:
    """Of the body only the beginning, as text that both databases keep."""

    status: int
    headers: "httpx.Headers"
    body: str


class OutboundClient:
    """Connects to addresses that were checked. Nothing of this machine's environment, such as a proxy, decides where
    a request goes, and redirects are not followed.
    """

    def __init__(self, rules: AddressRules, timeout_seconds: float) -> None:
        self._rules = rules
        self._timeout = timeout_seconds

    @cached_property
    def _client(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415 - takes long to import, and few servers send anything

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

    async def post(self, url: str, headers: Mapping[str, str], body: str) -> Response:
        """Tries the host's addresses in turn until one can be connected to.

        :raises InvalidArgument: the URL leads where nothing is sent; the message says why.
        :raises HostNotFound: the host has no addresses.
        :raises httpx.HTTPError: there was no whole response.
        """
        import httpx  # noqa: PLC0415 - takes long to import, and few servers send anything

        parsed = parse_url(url, self._rules)
        addresses = (await find_addresses(parsed, self._rules))[:_MAX_ADDRESSES]
        for address in addresses[:-1]:
            try:
                return await self._post_to(address, parsed, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._post_to(addresses[-1], parsed, headers, body)

    async def _post_to(self, address: str, url: "httpx.URL", headers: Mapping[str, str], body: str) -> Response:
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
            return Response(response.status_code, response.headers, await _beginning(response))
        finally:
            await response.aclose()


async def _beginning(response: "httpx.Response") -> str:
    received = b""
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) >= _MAX_BODY_BYTES:
            break
    return received[:_MAX_BODY_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")

"""Where a URL that a user gave may lead, and which address is really connected to.

A host's addresses are looked up and checked again for each request, and the connection goes to the address that was
checked. So a name that points to a public address when the URL is given and to a private one later gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from modelyard.server.kernel.errors import InvalidArgument, Unavailable

if TYPE_CHECKING:
    import httpx

_MAX_URL_LENGTH = 2000
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that was ever given out of IPv6; the rest, with what stood for IPv4 or a site once, leads nowhere or inside."""
_SPECIAL = [
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]
"""Special ranges with parts that a registry calls global, and the youngest one."""


class AddressRefused(InvalidArgument):
    """The URL leads where this server sends nothing."""


class HostNotFound(Unavailable):
    """The host's addresses cannot be looked up, now or ever."""


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The settings `<kind>_allow_private` and `<kind>_allow_http`, for URLs of a kind, such as `webhook`."""

    kind: str
    allow_private: bool
    allow_http: bool


def parse_url(url: str, rules: AddressRules) -> "httpx.URL":
    """:raises InvalidArgument: it cannot be used; the message says why."""
    import httpx  # noqa: PLC0415 - takes long to import, and few servers send anything

    if not url or len(url) > _MAX_URL_LENGTH:
        raise InvalidArgument(f"The {rules.kind}'s URL must have 1 to {_MAX_URL_LENGTH} characters.")
    try:
        urlsplit(url)  # by which the host is told apart elsewhere
        parsed = httpx.URL(url)
        host = parsed.host  # reads what stands for other letters
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidArgument(f"The {rules.kind}'s URL {url[:200]!r} cannot be read: {error}.") from error
    if parsed.scheme == "http" and not rules.allow_http:
        raise AddressRefused(
            f"The {rules.kind}'s URL {url[:200]!r} is not https.",
            hint=f"The setting {rules.kind}_allow_http allows http, too.",
        )
    if parsed.scheme not in ("https", "http"):
        raise AddressRefused(f"The {rules.kind}'s URL {url[:200]!r} must begin with https://.")
    if not host:
        raise InvalidArgument(f"The {rules.kind}'s URL {url[:200]!r} names no host.")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise InvalidArgument(f"The {rules.kind}'s URL {url[:200]!r} names port {parsed.port}, which does not exist.")
    if parsed.userinfo:
        raise InvalidArgument(
            f"The {rules.kind}'s URL holds a user name or password, for all to see who see the {rules.kind}.",
            hint=f"Give the {rules.kind} a secret instead.",
        )
    return parsed


async def find_addresses(url: "httpx.URL", rules: AddressRules) -> list[str]:
    """The addresses of the URL's host, each of which may be connected to.

    :raises AddressRefused: one of them is private.
    :raises HostNotFound: there are none.
    """
    host = url.raw_host.decode("ascii").strip("[]")
    try:
        records = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostNotFound(f"The host {host!r} of the {rules.kind}'s URL cannot be found: {error}.") from error
    addresses = list(dict.fromkeys(str(address[4][0]) for address in records))
    if not rules.allow_private:
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(
                    f"The host {host!r} of the {rules.kind}'s URL has the address {address}, which is not public.",
                    hint=f"The setting {rules.kind}_allow_private allows private addresses, too.",
                )
    return addresses


async def check_url(url: str, rules: AddressRules) -> None:
    """:raises InvalidArgument: nothing is sent there; the message says why."""
    parsed = parse_url(url, rules)
    if rules.allow_private:
        return  # an address inside may not be known yet, e.g. while everything is being set up
    try:
        await find_addresses(parsed, rules)
    except HostNotFound as error:
        raise InvalidArgument(error.message, hint="Check how it is spelled.") from error


def is_public(text: str) -> bool:
    """Whether an address belongs to the Internet at large, also when IPv6 only wraps it."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and (wrapped := _wrapped(address)) is not None:
        return _is_global(wrapped)
    return _is_global(address)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Python and netaddr each know IANA's registry of special ranges as of their release; neither knows all of it."""
    from netaddr import IPAddress  # noqa: PLC0415 - few servers send anything

    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and IPAddress(str(address)).is_global()
        and not any(address in special for special in _SPECIAL)
    )


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None

"""Tickets: what somebody who may do a thing was allowed to hand on, as an address that needs no login.

Whoever takes one acts by the right of the user that it was issued to, and enters the project as that user.

A ticket is encrypted and authenticated with the server's secret key, so it says what it says and nothing of the store.
"""

from typing import TypeVar

import msgspec

from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidState, PermissionDenied
from modelyard.server.kernel.sealing import Sealer


class Ticket(msgspec.Struct, frozen=True):
    """Valid until a time in milliseconds since the epoch, as long as the user that it was issued to may do the same."""

    until: int
    user_id: int
    project: str
    project_id: int


class UploadTicket(Ticket, frozen=True, tag="upload"):
    """To send the parts of a file, numbered from 1, and to join them under a path."""

    path: str
    upload: str
    part_count: int

    def part_key(self, number: int) -> str:
        """The key of a part in the store."""
        return f"artifacts/{self.project_id}/uploads/{self.upload}/{number}"

    @property
    def part_keys(self) -> list[str]:
        return [self.part_key(number) for number in range(1, self.part_count + 1)]


class ReadTicket(Ticket, frozen=True, tag="read"):
    """To read a stored file, whatever its path names by then."""

    name: str
    key: str
    size_bytes: int
    digest: str


class WriteTicket(Ticket, frozen=True, tag="write"):
    """To store a file under a path."""

    path: str


_Any = UploadTicket | ReadTicket | WriteTicket
AnyTicket = TypeVar("AnyTicket", UploadTicket, ReadTicket, WriteTicket)

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Any)


def seal_ticket(sealer: Sealer, ticket: _Any) -> str:
    return sealer.seal(_encoder.encode(ticket).decode())


def open_ticket(sealer: Sealer, text: str, kind: type[AnyTicket]) -> AnyTicket:
    """:raises PermissionDenied: it is not a ticket of this server, not of this kind, or it has expired."""
    try:
        ticket = _decoder.decode(sealer.open(text))
    except (InvalidState, msgspec.DecodeError) as error:
        raise PermissionDenied("This server did not issue the address.") from error
    if not isinstance(ticket, kind):
        raise PermissionDenied("The address was issued for something else.")
    if ticket.until < now_ms():
        raise PermissionDenied("The address has expired.", hint="Ask for a new one.")
    return ticket

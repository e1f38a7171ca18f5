"""Endpoints: each is one row of the protocol's table."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope
from modelyard.server.access.service import Access
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import Credential
from modelyard.server.protocols.mlflow.documents import RunDocuments
from modelyard.server.registry.pins.noting import PinLog
from modelyard.server.storage import FileStore
from modelyard.server.webhooks.running import WebhookParts

Answer = TypeVar("Answer")


class Message(msgspec.Struct, kw_only=True):
    """A request. Every field has a default; what must be there is checked by name, as the client expects it."""


class Empty(Message):
    """A request without fields."""


class Parts(Protocol):
    """The parts of the server that endpoints use besides the database."""

    access: Access
    webhooks: WebhookParts
    store: FileStore
    pins: PinLog


@dataclass(frozen=True, slots=True)
class Call:
    """The parts for a handler: the connection, in the endpoint's unit of work, the caller and the project."""

    raw: Raw
    actor: str
    project_id: int
    project: str
    documents: RunDocuments
    parts: Parts
    known: object = None
    may_administrate: bool = False
    """Models: move protected aliases, force semantic versions."""


class Early(Protocol):
    """The parts to work with before the unit of work."""

    parts: Parts

    async def read(self, question: Callable[[Call], Answer]) -> Answer:
        """Asks the database, for a caller who may send the request.

        :raises NotFound: there is no such project, or the caller may not see it.
        :raises PermissionDenied: the caller may not do this in it.
        """


class BatchedCall(NamedTuple):
    """One caller's request, of many that are answered at once. `documents` and `known` are as in a call."""

    access: Access
    credential: Credential
    project: str
    permission: Permission
    request: Any
    documents: RunDocuments
    known: object = None
    pins: PinLog | None = None
    client: bytes = b""
    """The program of the caller, as it calls itself."""


@dataclass(frozen=True, slots=True)
class Together:
    """A handler of what many callers ask for at once: `prepare` checks a request, `work` does all that wait.

    `is_large` tells of what was prepared whether it is better done by itself. See `Database.write_together` and
    `Database.read_together`.
    """

    prepare: Callable[[Any], object]
    work: Callable[[Connection, Sequence[BatchedCall]], Sequence[object]]
    is_large: Callable[[Any], bool] = lambda _prepared: False


Handler = Callable[[Call, Any], object] | Together


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row: where it is, what it takes, who may, and what it does.

    `path` follows `/api/<version>/mlflow/`; `{name}` in it becomes a field of the request. The handler answers
    something to encode as JSON, or the encoded bytes. `audit` says which line the change leaves in the audit record,
    which the domain writes; changes of single metrics, params and tags leave none. `is_short` marks reads of few rows
    by key. What has to wait for other machines or for files is not done in the unit of work: `before` may refuse the
    request, or find out what the handler is then told as `call.known`, and `after` makes the answer from what the
    handler returned.
    """

    method: str
    path: str
    request: type[Message]
    handler: Handler
    permission: Permission
    writes: bool
    is_short: bool = False
    audit: str | None = None
    version: str = "2.0"
    before: Callable[[Early, Any], Awaitable[object]] | None = None
    after: Callable[[Parts, Any], Awaitable[object]] | None = None


def reads(
    method: str,
    path: str,
    request: type[Message],
    handler: Handler,
    permission: Permission,
    *,
    is_short: bool = False,
) -> Endpoint:
    return Endpoint(method, path, request, handler, permission, writes=False, is_short=is_short)


def writes(
    method: str,
    path: str,
    request: type[Message],
    handler: Handler,
    permission: Permission,
    audit: str | None = None,
    *,
    before: Callable[[Early, Any], Awaitable[object]] | None = None,
    after: Callable[[Parts, Any], Awaitable[object]] | None = None,
) -> Endpoint:
    return Endpoint(method, path, request, handler, permission, writes=True, audit=audit, before=before, after=after)


def enter_each(connection: Connection, calls: Sequence[BatchedCall]) -> list[Scope]:
    """See `Access.enter_each`."""
    return calls[0].access.enter_each(connection, calls)

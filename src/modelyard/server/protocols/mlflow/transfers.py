"""Large files: uploads in parts, and signed addresses, of this server or of the storage itself."""

import ntpath
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection
from starlette.datastructures import Headers, State
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from modelyard.server.access.permissions import Permission
from modelyard.server.access.scope import Scope as Entered
from modelyard.server.access.service import project_not_found
from modelyard.server.db.raw import Raw
from modelyard.server.identity.caller import credential_of, of_ticket
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import InvalidArgument, NotFound
from modelyard.server.kernel.sealing import Sealer
from modelyard.server.protocols.mlflow.artifacts import Enter, chunks_of, entering, find_stored, put_file
from modelyard.server.protocols.mlflow.errors import invalid, missing
from modelyard.server.protocols.mlflow.limits import check_run_id
from modelyard.server.protocols.mlflow.messages.transfers import SignedUrl, Upload
from modelyard.server.protocols.mlflow.requests import Decoder, read_body
from modelyard.server.storage import StoredFile
from modelyard.server.storage.responses import file_response
from modelyard.server.tracking.artifact_files import uploads
from modelyard.server.tracking.artifact_files.locations import inside_proxy
from modelyard.server.tracking.artifact_files.media_types import media_type
from modelyard.server.tracking.artifact_files.owners import require_changeable
from modelyard.server.tracking.artifact_files.paths import check_path
from modelyard.server.tracking.artifact_files.tickets import (
    ReadTicket,
    Ticket,
    UploadTicket,
    WriteTicket,
    open_ticket,
    seal_ticket,
)
from modelyard.server.tracking.logged_models.queries import get_logged_model
from modelyard.server.tracking.runs.queries import get_run

_ROOTS = ("/api/2.0/mlflow-artifacts/", "/ajax-api/2.0/mlflow-artifacts/")
ACTIONS = ("mpu/create", "mpu/complete", "mpu/abort", "presigned", "signed")
URLS = {
    f"{root}/2.0/mlflow/artifacts/presigned-{kind}-url": kind
    for root in ("/api", "/ajax-api")
    for kind in ("upload", "download")
}
_READ, _WRITE = Permission.PROJECT_EXPERIMENTS_READ, Permission.PROJECT_EXPERIMENTS_WRITE

_DEFAULT_SECONDS = 900
_MAX_SECONDS = 7 * 24 * 3600


_upload_decoder = Decoder(Upload)
_url_decoder = Decoder(SignedUrl)


class _Transfer(NamedTuple):
    """A request on its way: the server's parts, how the project is entered, and who asks for what."""

    state: State
    enter: Enter
    request: Request

    @property
    def sealer(self) -> Sealer:
        shared: Sealer = self.state.sealer
        return shared

    def address(self, ticket: str) -> str:
        """Where a ticket is taken: at the address that people use, or else the one of this request."""
        base = self.state.settings.public_url or str(self.request.base_url)
        return f"{base.rstrip('/')}{_ROOTS[0]}signed/{ticket}"


def is_direct(state: State) -> bool:
    """Whether clients are sent to the storage itself."""
    direct: bool = state.settings.direct_transfers and state.store.kind == "s3"
    return direct


def matches(path: str) -> bool:
    """Whether the path is one of this file's."""
    return path in URLS or _action(path) is not None


def _action(path: str) -> tuple[str, str] | None:
    """The requested action, and the rest of the path."""
    for root in _ROOTS:
        for action in ACTIONS:
            if path.startswith(f"{root}{action}/") or path == f"{root}{action}":
                return action, path[len(root) + len(action) + 1 :]
    return None


async def serve(state: State, project: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one request; errors are raised before the answer begins."""
    request = Request(scope, receive)
    method, path = scope["method"], scope["path"]
    visit = _Transfer(state, entering(state, credential_of(scope["headers"]), project), request)
    action = _action(path)
    if path in URLS and method == "POST":
        response = await _signed_url(visit, URLS[path], receive)
    elif action is None or method != {"presigned": "GET", "signed": method}.get(action[0], "POST"):
        raise NotFound(f"There is no {method} {path[:200]}.")
    elif action[0] == "presigned":
        response = await _presigned(visit, check_path(action[1]))
    elif action[0] == "signed":
        response = await _take_ticket(visit, method, action[1])
    else:
        response = await _upload(visit, action[0], action[1], receive)
    await response(scope, receive, send)


async def _upload(visit: _Transfer, action: str, folder: str, receive: Receive) -> Response:
    body = _upload_decoder.from_body(await read_body(receive), _content_type(visit.request), {})
    upload: Upload = body  # type: ignore[assignment]
    path = check_path(f"{folder}/{_file_name(upload.path)}".lstrip("/"))
    database, store = visit.state.database, visit.state.store
    if action == "mpu/create":
        ticket = await database.write(
            lambda connection: uploads.begin_upload(connection, visit.enter(connection, _WRITE), path, upload.num_parts)
        )
        return _json(await _credentials(visit, ticket))
    project_id = await database.read(lambda connection: visit.enter(connection, _WRITE).project_id)
    ticket = open_ticket(visit.sealer, upload.upload_id or "", UploadTicket)
    if (ticket.project_id, ticket.path) != (project_id, path):
        raise InvalidArgument(f"The upload_id is of an upload of another file than {path!r}.")
    if action == "mpu/complete":
        await uploads.finish_upload(database, store, ticket, [part.part_number for part in upload.parts])
    else:
        await uploads.give_up_upload(database, ticket)
    return _json({})


async def _credentials(visit: _Transfer, ticket: UploadTicket) -> dict[str, Any]:
    sealed = seal_ticket(visit.sealer, ticket)
    urls = [visit.address(f"{sealed}/{number}") for number in range(1, ticket.part_count + 1)]
    if is_direct(visit.state):
        urls = await visit.state.store.sign("PUT", ticket.part_keys, uploads.LASTS_SECONDS)
    credentials = [{"url": url, "part_number": number, "headers": {}} for number, url in enumerate(urls, 1)]
    return {"upload_id": sealed, "credentials": credentials}


def _file_name(path: str | None) -> str:
    """Clients before 3.18 send the path on their machine, which may be one of Windows."""
    name = ntpath.basename(path or "")
    if not name:
        raise missing("path")
    return name


async def _presigned(visit: _Transfer, path: str) -> Response:
    def find(connection: Connection) -> tuple[Entered, StoredFile]:
        scope = visit.enter(connection, _READ)
        return scope, find_stored(Raw(connection), scope.project_id, path)

    scope, file = await visit.state.database.read(find)
    url = await _read_url(visit, scope, path, file, _DEFAULT_SECONDS)
    return _json({"url": url, "headers": {}, "file_size": file.size_bytes})


async def _signed_url(visit: _Transfer, kind: str, receive: Receive) -> Response:
    body = _url_decoder.from_body(await read_body(receive), _content_type(visit.request), {})
    request: SignedUrl = body  # type: ignore[assignment]
    seconds = _DEFAULT_SECONDS if request.expiration is None else request.expiration
    if not 1 <= seconds <= _MAX_SECONDS:
        raise invalid("expiration", seconds, f"it must be between 1 and {_MAX_SECONDS} seconds.")
    inner = check_path(request.path or "")
    if not inner:
        raise missing("path")
    if kind == "download":
        if request.model_id:
            raise invalid("model_id", request.model_id, "only artifacts of runs have such addresses.")
        return await _download_url(visit, request, inner, seconds)

    def target(connection: Connection) -> WriteTicket:
        raw, scope = Raw(connection), visit.enter(connection, _WRITE)
        path = f"{_root(raw, scope.project_id, request)[1]}/{inner}"
        require_changeable(raw, scope.project_id, path)
        return WriteTicket(path=path, **_issued(scope, seconds))

    ticket = await visit.state.database.read(target)
    return _json({"presigned_url": visit.address(seal_ticket(visit.sealer, ticket)), "headers": {}})


async def _download_url(visit: _Transfer, request: SignedUrl, inner: str, seconds: int) -> Response:
    def find(connection: Connection) -> tuple[Entered, StoredFile]:
        raw, scope = Raw(connection), visit.enter(connection, _READ)
        return scope, find_stored(raw, scope.project_id, f"{_root(raw, scope.project_id, request)[1]}/{inner}")

    scope, file = await visit.state.database.read(find)
    url = await _read_url(visit, scope, inner, file, seconds)
    return _json({"presigned_url": url, "headers": {}, "file_size": file.size_bytes})


def _root(raw: Raw, project_id: int, request: SignedUrl) -> tuple[int, str]:
    """The project, and where the artifacts of the run or logged model are."""
    if bool(request.run_id) == bool(request.model_id):
        raise InvalidArgument("Exactly one of run_id and model_id must be provided.")
    if request.run_id:
        location = get_run(raw, project_id, check_run_id(request.run_id)).artifact_uri
    else:
        location = get_logged_model(raw, project_id, request.model_id or "").artifact_uri
    return project_id, inside_proxy(location)


async def _read_url(visit: _Transfer, scope: Entered, path: str, file: StoredFile, seconds: int) -> str:
    if is_direct(visit.state):
        (url,) = await visit.state.store.sign("GET", [file.key], seconds)
        return str(url)
    ticket = ReadTicket(
        **_issued(scope, seconds),
        name=path.rpartition("/")[2],
        key=file.key,
        size_bytes=file.size_bytes,
        digest=file.digest,
    )
    return visit.address(seal_ticket(visit.sealer, ticket))


def _issued(scope: Entered, seconds: int) -> dict[str, Any]:
    """Fields of every ticket: how long it holds, and by whose right."""
    return {
        "until": now_ms() + seconds * 1000,
        "user_id": scope.caller.user_id,
        "project": scope.project,
        "project_id": scope.project_id,
    }


async def _take_ticket(visit: _Transfer, method: str, address: str) -> Response:
    """Answers an address that this server signed: a file's bytes, a file, or a part of one."""
    state, request = visit.state, visit.request
    sealed, _, number = address.partition("/")
    if method == "GET" and not number:
        ticket = open_ticket(visit.sealer, sealed, ReadTicket)
        enter = _entering_by(state, ticket)
        await state.database.read(lambda connection: enter(connection, _READ))
        file = StoredFile(ticket.key, ticket.size_bytes, ticket.digest)
        headers = Headers(scope=request.scope)
        kind = media_type(ticket.name)
        return file_response(state.store, file, headers, media_type=kind, download_name=ticket.name)
    if method == "PUT" and not number:
        target = open_ticket(visit.sealer, sealed, WriteTicket)
        await put_file(state, _entering_by(state, target), target.path, chunks_of(request))
        return _json({})
    if method == "PUT" and number.isascii() and number.isdigit() and len(number) <= 5:
        upload = open_ticket(visit.sealer, sealed, UploadTicket)
        enter = _entering_by(state, upload)
        await state.database.read(lambda connection: enter(connection, _WRITE))
        digest = await uploads.store_part(state.database, state.store, upload, int(number), chunks_of(request))
        return Response(b"", headers={"ETag": f'"{digest}"'})
    raise NotFound(f"There is no {method} of a signed address like this.")


def _entering_by(state: State, ticket: Ticket) -> Enter:
    """How the project is entered by the right of the user that a ticket was issued to."""
    enter = entering(state, of_ticket(ticket.user_id), ticket.project)

    def enter_same(connection: Connection, permission: Permission) -> Entered:
        scope = enter(connection, permission)
        if scope.project_id != ticket.project_id:
            raise project_not_found(ticket.project)  # it was deleted, and another one has its name
        return scope

    return enter_same


def _content_type(request: Request) -> bytes:
    return request.headers.get("content-type", "").encode("latin-1")


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")

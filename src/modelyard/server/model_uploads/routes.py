"""Uploads of models: begin, send files or a zip file, finish."""

import asyncio
from typing import Annotated, Any

from fastapi import Path, Request

from modelyard.server.db import Db
from modelyard.server.kernel.ids import new_id
from modelyard.server.kernel.routing import Router
from modelyard.server.model_uploads import queries, service
from modelyard.server.model_uploads.finishing import finish_upload
from modelyard.server.registry.models.routes import MayWrite
from modelyard.server.registry.versions.showing import show_version
from modelyard.server.storage.dependency import Files
from modelyard.server.storage.faults import translated
from modelyard.server.storage.streams import write_stream
from modelyard.wire.model_uploads import ModelUpload, ModelUploadFinish
from modelyard.wire.models import Version, VersionFile

router = Router(prefix="/projects/{project}/model-uploads", tags=["model uploads"])

UploadId = Annotated[
    str,
    Path(description="The upload's id.", examples=["0f6dbb2c5f9c4b44a8a3c1ce04b4ba5e"], max_length=64),
]
UploadPath = Annotated[str, Path(description="The file's path in the upload.", examples=["iris/MLmodel"])]
_BYTES: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
}
_ZIP: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/zip": {"schema": {"type": "string"}}}}
}


@router.post("", status_code=201)
async def begin_model_upload(access: MayWrite) -> ModelUpload:
    """Begins an upload. It lasts a day; what is not finished then is deleted."""
    return await access.write(service.begin_upload)


@router.get("/{upload}")
async def get_model_upload(upload: UploadId, access: MayWrite) -> ModelUpload:
    """An upload that is not finished, with its files."""
    return await access.write(lambda connection, scope: queries.get_upload(connection, scope.project_id, upload))


@router.delete("/{upload}", status_code=204)
async def cancel_model_upload(upload: UploadId, access: MayWrite) -> None:
    """Deletes an upload that is not finished, with its files."""
    await access.write(lambda connection, scope: service.cancel_upload(connection, scope.project_id, upload))


@router.put("/{upload}/files/{path:path}", openapi_extra=_BYTES)
async def put_model_upload_file(
    upload: UploadId, path: UploadPath, request: Request, database: Db, store: Files, access: MayWrite
) -> VersionFile:
    """Adds a file, in place of one of the same path. The body is the file; folders come with the path."""
    max_bytes = request.app.state.settings.max_upload_bytes
    return await service.store_file(access, database, store, upload, path, request.stream(), max_bytes)


@router.delete("/{upload}/files/{path:path}")
async def delete_model_upload_file(upload: UploadId, path: UploadPath, access: MayWrite) -> ModelUpload:
    """Deletes a file, or a folder with all that is in it."""
    return await access.write(
        lambda connection, scope: service.delete_files(connection, scope.project_id, upload, path)
    )


@router.put("/{upload}/archive", openapi_extra=_ZIP)
async def put_model_upload_archive(
    upload: UploadId, request: Request, database: Db, store: Files, access: MayWrite
) -> ModelUpload:
    """Adds the files of a zip file, all of them or none. Links, and paths that lead out of it, are refused."""
    settings = request.app.state.settings
    await access.read(lambda connection, scope: queries.get_upload_key(connection, scope.project_id, upload))
    path = settings.temporary_dir / f"model-{new_id()}"
    try:
        with translated(path.name):
            await write_stream(path, service.bounded(request.stream(), settings.max_upload_bytes))
        return await service.store_archive(access, database, store, upload, path, settings.max_upload_bytes)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


@router.post("/{upload}/finish", status_code=201)
async def finish_model_upload(
    upload: UploadId, body: ModelUploadFinish, database: Db, store: Files, access: MayWrite
) -> Version:
    """Makes the files the next version of a model. From then on nothing of it changes."""
    version = await finish_upload(access, store, upload, body)
    scope = await access.scope()
    return await show_version(database, store, scope.project_id, version.model, version.number)

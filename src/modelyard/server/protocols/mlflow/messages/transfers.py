"""Requests about large files."""

from msgspec import Struct, field

from modelyard.server.protocols.mlflow.endpoints import Message


class Part(Struct):
    """A part of a file that was uploaded; the storage keeps what it answered, so only the number counts."""

    part_number: int


class Upload(Message):
    """Begins, completes or aborts an upload in parts; `path` is the file's name, or where the client has it."""

    path: str | None = None
    num_parts: int = 1
    upload_id: str | None = None
    parts: list[Part] = field(default_factory=list)


class SignedUrl(Message):
    run_id: str | None = None
    model_id: str | None = None
    path: str | None = None
    expiration: int | None = None

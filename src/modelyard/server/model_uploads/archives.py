"""Zip files of callers: what is in them, when it is safe to take out."""

import struct
import zipfile
import zlib
from asyncio import to_thread
from collections.abc import AsyncIterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import IO, NamedTuple

from modelyard.server.kernel.errors import InvalidArgument, TooLarge
from modelyard.server.model_uploads.limits import MAX_FILES, check_upload_path, is_clutter
from modelyard.server.settings import MIB

_CHUNK_BYTES = 1024 * 1024
_MAX_RATIO = 100
"""Models do not shrink to a hundredth."""
_FREE_OF_RATIO_BYTES = 64 * MIB
_MAX_DIRECTORY_BYTES = 16 * MIB
"""Of the list of its files, which is read into memory whole."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE, _MAX_COMMENT = 22, 20, 56, 65535
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class ArchiveFile(NamedTuple):
    """A file in an archive. `path` is safe to use."""

    path: str
    info: zipfile.ZipInfo


def open_archive(path: Path) -> zipfile.ZipFile:
    """:raises InvalidArgument: it is no zip file, or it is damaged.
    :raises TooLarge: it lists too many files.
    """
    _check_directory(path)
    try:
        return zipfile.ZipFile(path)
    except _FAULTS as error:
        raise InvalidArgument(
            f"The zip file cannot be read: {error or type(error).__name__}.", hint="Make it again, without a password."
        ) from error


def list_archive(archive: zipfile.ZipFile, path: Path, max_bytes: int) -> list[ArchiveFile]:
    """The files of the archive at a path, without its folders.

    :raises InvalidArgument: a path leads out of the archive or is there twice, or an entry is a link or a device.
    :raises TooLarge: there are too many, or too much would come out.
    """
    files: dict[str, ArchiveFile] = {}
    total = 0
    for info in archive.infolist():
        mode = info.external_attr >> 16
        if "\0" not in info.orig_filename and (info.is_dir() or S_ISDIR(mode) or is_clutter(info.filename)):
            continue
        # Zip files of systems without file modes leave the mode, or its type, empty.
        if mode & 0o170000 and not S_ISREG(mode):
            raise InvalidArgument(
                f"The zip file has a link or a device: {info.filename[:200]!r}.", hint="Leave it out."
            )
        name = check_upload_path(info.orig_filename)
        if name in files:
            raise InvalidArgument(f"The zip file has {name[:200]!r} twice.")
        files[name] = ArchiveFile(name, info)
        total += info.file_size
        if len(files) > MAX_FILES:
            raise TooLarge(f"The zip file has more than {MAX_FILES:,} files.")
        if total > max_bytes:
            raise TooLarge(
                f"More than {max_bytes:,} bytes would come out of the zip file.",
                hint="Raise the server's setting max_upload_bytes.",
            )
    size_bytes = path.stat().st_size
    if total > max(_FREE_OF_RATIO_BYTES, _MAX_RATIO * size_bytes):
        raise TooLarge(
            f"{total:,} bytes would come out of a zip file of {size_bytes:,}: more than {_MAX_RATIO} times as many.",
            hint="Send the files themselves.",
        )
    return list(files.values())


async def read_archived(archive: zipfile.ZipFile, file: ArchiveFile) -> AsyncIterator[bytes]:
    """The bytes of a file in an archive; no more than the archive has said.

    :raises InvalidArgument: it is damaged or encrypted.
    """
    opened: IO[bytes] | None = None
    try:
        opened = await to_thread(archive.open, file.info)
        while chunk := await to_thread(opened.read, _CHUNK_BYTES):
            yield chunk
    except _FAULTS as error:
        raise InvalidArgument(f"{file.path[:200]!r} in the zip file cannot be read: {error}.") from error
    finally:
        if opened is not None:
            opened.close()


def _check_directory(path: Path) -> None:
    """:raises TooLarge: the list of files is so long that reading it would take too much memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_SIZE - _MAX_COMMENT - _LOCATOR_SIZE - _END_64_SIZE))
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise InvalidArgument("The file is not a zip file, or its end is missing.", hint="Send it again.")
    count, directory_bytes = struct.unpack("<HL", tail[end + 10 : end + 16])
    large = tail[max(0, end - _LOCATOR_SIZE - _END_64_SIZE) : end]
    if large.startswith(_END_64):
        count, directory_bytes = struct.unpack("<QQ", large[32:48])
    if count > MAX_FILES * 2 or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise TooLarge(f"The zip file lists {count:,} files and folders; at most {MAX_FILES:,} files are taken.")

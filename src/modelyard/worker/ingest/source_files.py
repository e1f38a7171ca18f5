"""From the uploaded file to a plain one: what format it claims, whether that can be, and unpacking within a limit."""

import time
from dataclasses import dataclass
from pathlib import Path

from modelyard.wire.errors import ErrorCode
from modelyard.wire.ingest import COMPRESSIONS, table_ending
from modelyard.worker.ingest.failures import IngestError

ARRIVING = "arriving"
_WAIT_SECONDS = 0.005
_CHUNK_BYTES = 4 * 1024 * 1024
_CODECS = {".gz": "gzip", ".zst": "zstd"}

_SIGNATURES = {
    b"\x1f\x8b": ("gzip-compressed", "Give it the ending .gz, e.g. table.csv.gz."),
    b"\x28\xb5\x2f\xfd": ("Zstandard-compressed", "Give it the ending .zst, e.g. table.csv.zst."),
    b"PK\x03\x04": ("a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
    b"PAR1": ("a Parquet file", "Give it the ending .parquet."),
    b"\xff\xfe": ("UTF-16 text", "Save it as UTF-8."),
    b"\xfe\xff": ("UTF-16 text", "Save it as UTF-8."),
    b"%PDF": ("a PDF document", "Save the table as CSV."),
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A plain file and the ending that tells its format, e.g. `.csv`."""

    path: Path
    ending: str
    size_bytes: int
    """Its size once it is whole."""

    def whole(self) -> Path:
        """The path, once all of the file is there."""
        wait_for(self.path, self.size_bytes)
        return self.path

    def start(self, size_bytes: int) -> bytes:
        """Its first bytes; fewer only when it has no more."""
        wait_for(self.path, min(size_bytes, self.size_bytes))
        with self.path.open("rb") as file:
            return file.read(size_bytes)

    def location(self) -> str:
        """What DuckDB reads it by, from its first byte; as long as not all of it is there, by `ArrivingFiles`."""
        return str(self.path) if self.path.stat().st_size >= self.size_bytes else f"{ARRIVING}://{self.path}"


def open_source(path: Path, file_name: str, size_bytes: int, folder: Path, max_bytes: int) -> SourceFile:
    """Checks the file's first bytes against its name and unpacks it into `folder` where it is compressed.

    Of the `size_bytes` that the whole file has, some may be still to come.

    :raises IngestError: the file is empty, is not what its name says, or unpacks to more than `max_bytes`.
    """
    ending = table_ending(file_name)
    assert ending is not None, "the server takes no other"
    if size_bytes == 0:
        raise IngestError("The file is empty.", hint="Upload a table with column names and at least one row.")
    packing = next((packed for packed in COMPRESSIONS if ending.endswith(packed)), None)
    if packing is not None:
        wait_for(path, size_bytes)
        path = _unpack(path, packing, folder / "unpacked", max_bytes)
        size_bytes = path.stat().st_size
        ending = ending.removesuffix(packing)
    source = SourceFile(path, ending, size_bytes)
    if ending != ".parquet":
        _check_signature(source)
    return source


def wait_for(path: Path, size_bytes: int) -> None:
    """Returns once the file has that many bytes. If they will not come, the server ends this process."""
    while path.stat().st_size < size_bytes:
        time.sleep(_WAIT_SECONDS)


def _check_signature(source: SourceFile) -> None:
    start = source.start(8)
    if not start:
        raise IngestError("The file is empty.", hint="Upload a table with column names and at least one row.")
    for signature, (what, hint) in _SIGNATURES.items():
        if start.startswith(signature):
            raise IngestError(f"The file is named {source.ending} but is {what}.", hint=hint)


def _unpack(path: Path, packing: str, target: Path, max_bytes: int) -> Path:
    """Unpacks in constant memory, and stops as soon as the limit is passed: a bomb costs no more than the limit."""
    import pyarrow as pa  # noqa: PLC0415 - only compressed files need it

    size = 0
    try:
        with pa.input_stream(str(path), compression=_CODECS[packing]) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise IngestError(
                        f"The file unpacks to more than the limit of {max_bytes:,} bytes.",
                        hint="Split the table, or raise the server's setting max_table_bytes.",
                        code=ErrorCode.TOO_LARGE,
                    )
                file.write(chunk)
    except OSError as error:
        if error.errno is not None:
            raise
        raise IngestError(
            f"The file is named {packing} but cannot be unpacked: it is damaged, cut off, or not {_CODECS[packing]}.",
            hint="Compress the table again and upload it whole.",
        ) from error
    return target

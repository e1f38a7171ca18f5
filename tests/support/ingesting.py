"""Tables to be read as an upload is."""

from pathlib import Path

from modelyard.server.settings import MIB, Settings
from modelyard.wire.ingest import IngestTask, Retyping


def ingest_task(
    folder: Path, content: bytes | str, file_name: str = "table.csv", retyping: Retyping | None = None
) -> IngestTask:
    """With a server's usual limits; the content is put into the folder, as a server would."""
    source = folder / "source"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    settings = Settings(data_dir=folder)
    return IngestTask(
        source=str(source),
        size_bytes=source.stat().st_size,
        file_name=file_name,
        folder=str(folder),
        dataset="table",
        memory_limit_bytes=settings.ingest_memory_limit_mb * MIB,
        max_table_bytes=settings.max_table_bytes,
        max_columns=settings.max_columns,
        retyping=retyping,
    )

"""The packages that an uploaded model names."""

from modelyard.server.model_uploads.formats import UploadedModel
from modelyard.server.storage import FileStore

_FILE = "requirements.txt"
_MAX_BYTES = 256 * 1024
_MAX_LINES = 500
_MAX_LINE_LENGTH = 500


async def read_requirements(store: FileStore, model: UploadedModel) -> list[str]:
    """The lines of its `requirements.txt`, as they are; empty when it is not there or not plausible."""
    file = model.find(_FILE)
    if file is None or file.size_bytes > _MAX_BYTES:
        return []
    text = (await store.read_checked(file)).decode("utf-8", "replace").replace("\0", "")
    lines = (line.strip() for line in text.splitlines())
    return [line[:_MAX_LINE_LENGTH] for line in lines if line and not line.startswith("#")][:_MAX_LINES]

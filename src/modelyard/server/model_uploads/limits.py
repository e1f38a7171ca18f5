"""What files of an upload may be called, and how many there may be."""

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry.versions.files import check_path

MAX_FILES = 10_000
_MAX_PATH_LENGTH = 380
"""The version puts a folder in front."""
_CLUTTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def check_upload_path(path: str) -> str:
    """A path inside of the upload, in the only spelling that it has.

    :raises InvalidArgument: it leads out, is absolute, or has a name that some system takes for something else.
    """
    check_path(path)
    if len(path) > _MAX_PATH_LENGTH or ":" in path.partition("/")[0]:
        raise InvalidArgument(
            f"The file path {path[:80]!r} is not allowed.",
            hint=f"Use a relative path without a drive, of at most {_MAX_PATH_LENGTH} characters.",
        )
    return path


def is_clutter(path: str) -> bool:
    """What file managers leave in folders."""
    parts = path.split("/")
    return "__MACOSX" in parts or parts[-1] in _CLUTTER

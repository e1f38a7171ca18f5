"""Where an imported version's files may be said to be: here, or in a store that its clients read by themselves."""

import re
from urllib.parse import urlsplit

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.registry.imported.versions import ImportedVersion
from modelyard.server.tracking.artifact_files.locations import is_in_a_store, leads_elsewhere
from modelyard.server.tracking.artifact_files.paths import check_path
from modelyard.server.tracking.logged_models.queries import get_location
from modelyard.server.tracking.runs.queries import get_run
from modelyard.wire.imports import VersionLine

_ADDRESSES = frozenset({"models", "runs", "mlflow-artifacts"})


def place_version(raw: Raw, project_id: int, line: VersionLine) -> ImportedVersion:
    """:raises NotFound: the run or logged model that has the files is not here.
    :raises InvalidArgument: the source is a place that clients of this server must not read for it.
    """
    storage = _inside(raw, project_id, line)
    try:
        scheme = urlsplit(line.source).scheme
    except ValueError as error:
        raise InvalidArgument(f"The source {line.source[:300]!r} is not an address: {error}.") from None
    if storage is not None:
        shown = line.source if scheme in _ADDRESSES - {"mlflow-artifacts"} else storage
        return ImportedVersion(line, shown, storage)
    _check(line.source, scheme)
    return ImportedVersion(line, line.source, line.source)


def _inside(raw: Raw, project_id: int, line: VersionLine) -> str | None:
    place = line.place
    if place is None:
        return None
    path = check_path(place.path)
    if place.run_id:
        root = get_run(raw, project_id, place.run_id).artifact_uri
    elif place.model_id:
        root = get_location(raw, project_id, place.model_id)
    else:
        root = "mlflow-artifacts:"
    return f"{root}/{path}".rstrip("/")


def _check(source: str, scheme: str) -> None:
    plain = re.fullmatch(r"[\w.\- ]*", source) is not None
    if leads_elsewhere(source) or not (plain or scheme in _ADDRESSES or is_in_a_store(source)):
        raise InvalidArgument(
            f"The source {source[:300]!r} is not a place that clients of this server read.",
            hint="Import its files too, and name their place.",
        )

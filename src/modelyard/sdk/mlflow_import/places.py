"""Where the files of a version will be: with those of its run or logged model, in their store, or copied."""

import re
from collections.abc import Collection
from hashlib import blake2b
from urllib.parse import urlsplit

import msgspec

from modelyard.sdk.mlflow_import.sources.files import STORES
from modelyard.sdk.mlflow_import.sources.records import SourceVersion
from modelyard.wire.imports import Place, VersionLine

_IN_LOGGED_MODEL = re.compile(r"(?:^models:/|/models/)(m-[0-9a-f]{32})(?:/artifacts)?(?:/(.*))?$")
_IN_RUN = re.compile(r"(?:/|^runs:/+)([0-9a-f]{32})(?:/artifacts)?(?:/(.*))?$")
_NO_PLACE = re.compile(r"[\w.\- ]*")


def placed(
    version: SourceVersion, runs: Collection[str], logged_models: Collection[str]
) -> tuple[VersionLine, str | None]:
    """The version with its place, and the name of the folder that its files must be copied to, if they must.

    `runs` and `logged_models` are those that are brought too.
    """
    for pattern, brought, name in (
        (_IN_LOGGED_MODEL, logged_models, "model_id"),
        (_IN_RUN, runs, "run_id"),
    ):
        for location in (version.line.source, version.location):
            match = pattern.search(location.rstrip("/"))
            if match is not None and match[1] in brought:
                place = Place(**{name: match[1]}, path=match[2] or "")
                return msgspec.structs.replace(version.line, place=place), None
    location = version.location
    if _NO_PLACE.fullmatch(location) or urlsplit(location).scheme in STORES:
        # A prompt has no files; what is in a store is read there by everyone.
        return msgspec.structs.replace(version.line, source=location), None
    folder = blake2b(location.encode(), digest_size=16).hexdigest()
    return msgspec.structs.replace(version.line, place=Place(path=f"imported/{folder}")), folder

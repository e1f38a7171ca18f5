"""The stored profile of a version."""

from pydantic import ValidationError

from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.kernel.errors import CorruptFile, NotFound
from modelyard.server.storage import FileStore
from modelyard.wire.datasets import DatasetProfile


async def read_profile(store: FileStore, version: StoredVersion) -> DatasetProfile:
    """:raises CorruptFile: the file is gone from the store, or is no profile."""
    try:
        profile = DatasetProfile.model_validate_json(await store.read_all(version.profile_key))
    except (NotFound, ValidationError) as error:
        raise CorruptFile.of(version.profile_key) from error
    # The file is written before its version has a number.
    return profile.model_copy(update={"number": version.record.number})

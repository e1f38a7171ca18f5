"""The stored profile of a version."""

from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.storage import FileStore
from modelyard.wire.datasets import DatasetProfile


async def read_profile(store: FileStore, version: StoredVersion) -> DatasetProfile:
    """:raises NotFound: the file is gone from the store."""
    profile = DatasetProfile.model_validate_json(await store.read_all(version.profile_key))
    # The file is written before its version has a number.
    return profile.model_copy(update={"number": version.record.number})

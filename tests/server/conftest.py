"""What tests of the server share besides the server itself."""

from collections.abc import Iterator

import pytest

from tests.support import s3


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a real S3 server with one bucket."""
    with s3.running(tmp_path_factory.mktemp("s3") / "log") as endpoint:
        yield endpoint

"""Digests of a whole version: over its files, and over what is recorded of it. Written once, when it is finished."""

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from modelyard.server.registry.tables import version_details, version_digests, version_metrics, versions
from modelyard.server.registry.versions.files import list_files
from modelyard.wire.models import VersionFile


class RecordedDigests(NamedTuple):
    """The digests of a version when it was finished; `at` is milliseconds since the epoch."""

    files: str
    record: str
    at: int


def digest_files(files: Iterable[VersionFile]) -> str:
    """The SHA-256 of the lines `<digest>  <path>`, sorted by path, as `sha256sum` writes them."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path.encode()):
        digest.update(f"{file.digest}  {file.path}\n".encode())
    return digest.hexdigest()


def record_digests(connection: Connection, version_id: int, now: int) -> None:
    """Writes down what a version is; it is Ready from now on."""
    files = [file for file, _ in list_files(connection, version_id)]
    connection.execute(
        insert(version_digests).values(
            version_id=version_id,
            files_digest=digest_files(files),
            record_digest=digest_record(connection, version_id),
            recorded_at=now,
        )
    )


def find_recorded(connection: Connection, version_id: int) -> RecordedDigests | None:
    """None for versions that were registered, and for those that were finished before digests were written down."""
    row = connection.execute(
        select(version_digests.c.files_digest, version_digests.c.record_digest, version_digests.c.recorded_at).where(
            version_digests.c.version_id == version_id
        )
    ).one_or_none()
    return None if row is None else RecordedDigests(*row)


def digest_record(connection: Connection, version_id: int) -> str:
    """The SHA-256 of config, data, seed, signature and metrics, as canonical JSON."""
    row = connection.execute(
        select(
            versions.c.dataset_version_id,
            versions.c.seed,
            versions.c.best_iteration,
            versions.c.positive_class,
            version_details.c.given_config,
            version_details.c.rendered_config,
            version_details.c.signature,
        )
        .join(version_details, version_details.c.version_id == versions.c.id)
        .where(versions.c.id == version_id)
    ).one()
    metrics = connection.execute(
        select(version_metrics.c.split, version_metrics.c.name, version_metrics.c.value).where(
            version_metrics.c.version_id == version_id
        )
    )
    # A number that JSON does not have, such as NaN, is written as Python names it.
    values = {**row._asdict(), "metrics": sorted([item.split, item.name, repr(item.value)] for item in metrics)}
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()

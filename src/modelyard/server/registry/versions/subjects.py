"""Versions as the subjects of jobs."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, select

from modelyard.server.registry.tables import versions
from modelyard.server.registry.versions.queries import VersionKey, get_key


class VersionSubject(NamedTuple):
    """The version that a job is about, as the job remembers it."""

    version_id: int
    model: str
    number: int

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """From what `payload` made."""
        return cls(payload["version_id"], payload["model"], payload["number"])

    @property
    def payload(self) -> dict[str, Any]:
        return self._asdict()

    @property
    def subject(self) -> str:
        return version_subject(self.version_id)

    @property
    def title(self) -> str:
        return f"{self.model}/{self.number}"


def version_subject(version_id: int) -> str:
    return f"version:{version_id}"


def find_version(connection: Connection, version_id: int) -> VersionKey | None:
    """None when it was deleted. It may have another name than when the job was made."""
    row = connection.execute(
        select(versions.c.project_id, versions.c.model, versions.c.number).where(versions.c.id == version_id)
    ).one_or_none()
    return None if row is None else get_key(connection, row.project_id, row.model, row.number)


def find_deleted(connection: Connection, version_ids: Iterable[int]) -> set[int]:
    """Those of the versions that are no more."""
    ids = set(version_ids)
    return ids - set(connection.scalars(select(versions.c.id).where(versions.c.id.in_(ids))))

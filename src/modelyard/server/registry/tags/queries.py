"""Reads of tags."""

from collections.abc import Sequence

from modelyard.server.db.raw import Raw, placeholders

_MAX_IDS = 5000
"""In one statement."""


def model_tags(raw: Raw, model_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Tags by model; models without any are left out."""
    return _tags(raw, "model_tags", "model_id", model_ids)


def version_tags(raw: Raw, version_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Tags by version; versions without any are left out."""
    return _tags(raw, "version_tags", "version_id", version_ids)


def _tags(raw: Raw, table: str, column: str, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    tags: dict[int, list[tuple[str, str]]] = {}
    for start in range(0, len(ids), _MAX_IDS):
        part = ids[start : start + _MAX_IDS]
        rows = raw.run(
            f"SELECT {column}, key, value FROM {table} WHERE {column} IN ({placeholders(len(part))}) ORDER BY key",  # noqa: S608
            part,
        )
        for owner, key, value in rows:
            tags.setdefault(owner, []).append((key, value))
    return tags

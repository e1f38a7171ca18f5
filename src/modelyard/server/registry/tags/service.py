"""Setting tags. Who changes one tag of a model or version that exists announces it."""

from collections.abc import Iterable, Mapping

from modelyard.server.db.raw import Raw
from modelyard.server.registry.limits import check_tags


def put_model_tags(raw: Raw, model_id: int, tags: Mapping[str, str]) -> None:
    """:raises InvalidArgument: a key or a value is too long, or has a character that no database keeps."""
    check_tags(tags)
    raw.insert(
        "INSERT INTO model_tags (model_id, key, value) VALUES",
        [(model_id, key, value) for key, value in tags.items()],
        "ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value",
    )


def remove_model_tag(raw: Raw, model_id: int, key: str) -> None:
    raw.run("DELETE FROM model_tags WHERE model_id = ? AND key = ?", (model_id, key))


def put_version_tags(raw: Raw, tags_by_version: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    """Sets tags of versions, the later over the earlier.

    :raises InvalidArgument: a key or a value is too long, or has a character that no database keeps.
    """
    values: dict[tuple[int, str], str] = {}
    for version_id, tags in tags_by_version:
        check_tags(tags)
        values.update(((version_id, key), value) for key, value in tags.items())
    raw.insert(
        "INSERT INTO version_tags (version_id, key, value) VALUES",
        [(version_id, key, value) for (version_id, key), value in values.items()],
        "ON CONFLICT (version_id, key) DO UPDATE SET value = excluded.value",
    )


def remove_version_tag(raw: Raw, version_id: int, key: str) -> None:
    raw.run("DELETE FROM version_tags WHERE version_id = ? AND key = ?", (version_id, key))

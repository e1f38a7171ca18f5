"""Models and versions as they were elsewhere, with their numbers and times."""

from typing import NamedTuple

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.kernel.errors import AlreadyExists
from modelyard.server.registry.aliases.service import check_alias
from modelyard.server.registry.registered.queries import find_model, get_model, get_version
from modelyard.server.registry.registered.service import SEMVER_TAGS
from modelyard.server.registry.semver import parse_semver
from modelyard.server.registry.texts import search_text
from modelyard.server.tracking.service import ensure_experiment
from modelyard.wire.imports import AliasLine, ModelLine, VersionLine

_LONGEST_USER = 200
_STATUSES = {"READY": "Ready", "PENDING_REGISTRATION": "Failed", "FAILED_REGISTRATION": "Failed"}
_COUNTERS = ("last_number", "latest_number", "default_number")
_UNFINISHED = "Its registration had not ended where it was imported from."


class Whence(NamedTuple):
    """Where a version's model is shown to be, and where its files are."""

    source: str
    storage: str


def write_model(raw: Raw, actor: str, project_id: int, line: ModelLine) -> bool:
    """Makes the model, or adds to the one of that name; whether it was made."""
    found = find_model(raw, project_id, line.name)
    if found is None:
        experiment = ensure_experiment(raw.connection, project_id, f"[model]{line.name}", line.created_at)
        raw.run(
            "INSERT INTO models (project_id, name, description, search_text, experiment_id, last_number, "
            "version_count, created_at, created_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
            (
                project_id,
                line.name,
                line.description,
                search_text([line.name, line.description]),
                experiment,
                line.last_number,
                line.created_at,
                actor,
                line.updated_at,
            ),
        )
    else:
        raw.run(
            "UPDATE models SET last_number = ? WHERE id = ? AND last_number < ?",
            (line.last_number, found.id, line.last_number),
        )
        if line.description and not found.description:
            raw.run(
                "UPDATE models SET description = ?, search_text = ? WHERE id = ?",
                (line.description, search_text([line.name, line.description]), found.id),
            )
    key = get_model(raw, project_id, line.name).id
    _put_tags(raw, "model_tags", "model_id", key, line.tags)
    return found is None


def write_version(raw: Raw, actor: str, project_id: int, line: VersionLine, whence: Whence) -> tuple[int, bool]:
    """Makes the version under its number, or brings up to date the one that was imported before.

    Answers its key, and whether it was made.

    :raises NotFound: there is no such model.
    :raises AlreadyExists: the number or the semantic version is taken by another version.
    """
    model = get_model(raw, project_id, line.model)
    present = raw.one("SELECT id, created_at FROM versions WHERE model_id = ? AND number = ?", (model.id, line.number))
    if present is not None and present[1] != line.created_at:
        raise AlreadyExists(
            f"The model {line.model!r} has another version {line.number} here already.",
            hint="Import into a project of its own.",
        )
    error = line.status_message or (_UNFINISHED if line.status == "PENDING_REGISTRATION" else None)
    state = (line.description, line.stage, _STATUSES[line.status], error, line.updated_at)
    version_id = _insert(raw, actor, project_id, model.id, line, whence) if present is None else int(present[0])
    raw.run(
        "UPDATE versions SET description = ?, stage = ?, status = ?, error_message = ?, updated_at = ? WHERE id = ?",
        (*state, version_id),
    )
    _put_tags(raw, "version_tags", "version_id", version_id, line.tags)
    return version_id, present is None


def write_alias(raw: Raw, actor: str, project_id: int, line: AliasLine) -> bool:
    """Makes the alias name the version; whether it named another, or none, before.

    :raises NotFound: there is no such version.
    :raises InvalidArgument: no alias may have this name.
    """
    check_alias(line.alias)
    version = get_version(raw, project_id, line.model, line.number)
    named = raw.one("SELECT number FROM aliases WHERE model_id = ? AND alias = ?", (version.model_id, line.alias))
    if named is not None and named[0] == line.number:
        return False
    now = now_ms()
    raw.run(
        "INSERT INTO aliases (model_id, alias, number, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number, updated_at = excluded.updated_at",
        (version.model_id, line.alias, line.number, now),
    )
    raw.run(
        "INSERT INTO alias_changes (model_id, alias, number, at, actor) VALUES (?, ?, ?, ?, ?)",
        (version.model_id, line.alias, line.number, now, actor),
    )
    return True


def _insert(raw: Raw, actor: str, project_id: int, model_id: int, line: VersionLine, whence: Whence) -> int:
    semver = _free_semver(raw, model_id, line)
    user = line.user[:_LONGEST_USER] or actor
    row = raw.one(
        "INSERT INTO versions (project_id, model_id, model, number, semver, description, search_text, status, run, "
        "run_id, source, storage_location, run_link, logged_model_id, stage, file_count, size_bytes, log_line_count, "
        "starred, archived, created_at, created_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'Ready', "
        "(SELECT r.id FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id = ? AND "
        "e.project_id = ?), ?, ?, ?, ?, ?, 'None', 0, 0, 0, ?, ?, ?, ?, ?) RETURNING id",
        (
            project_id,
            model_id,
            line.model,
            line.number,
            semver,
            line.description,
            search_text([line.description, user]),
            line.run_id,
            project_id,
            line.run_id,
            whence.source,
            whence.storage,
            line.run_link,
            line.logged_model_id,
            False,
            False,
            line.created_at,
            user,
            line.updated_at,
        ),
    )
    assert row is not None
    raw.run("INSERT INTO version_details (version_id, given_config, rendered_config) VALUES (?, '{}', '{}')", row)
    raw.run(
        "INSERT INTO model_contributors (model_id, name, version_count) VALUES (?, ?, 1) "
        "ON CONFLICT (model_id, name) DO UPDATE SET version_count = model_contributors.version_count + 1",
        (model_id, user),
    )
    newest = "CASE WHEN coalesce({0}, 0) < ? THEN ? ELSE {0} END"
    columns = ", ".join(f"{column} = {newest.format(column)}" for column in _COUNTERS)
    raw.run(
        f"UPDATE models SET version_count = version_count + 1, {columns} WHERE id = ?",  # noqa: S608
        (*[line.number] * 6, model_id),
    )
    return int(row[0])


def _free_semver(raw: Raw, model_id: int, line: VersionLine) -> str | None:
    """The semantic version in the tags, when it is one."""
    text = next((line.tags[tag] for tag in SEMVER_TAGS if tag in line.tags), None)
    parsed = None if text is None else parse_semver(text)
    if parsed is None:
        return None
    taken = raw.one("SELECT number FROM versions WHERE model_id = ? AND semver = ?", (model_id, str(parsed)))
    if taken is not None:
        raise AlreadyExists(f"Version {taken[0]} of {line.model!r} has the semantic version {parsed} already.")
    return str(parsed)


def _put_tags(raw: Raw, table: str, column: str, owner: int, tags: dict[str, str]) -> None:
    raw.insert(
        f"INSERT INTO {table} ({column}, key, value) VALUES",
        [(owner, key, value) for key, value in tags.items()],
        f"ON CONFLICT ({column}, key) DO UPDATE SET value = excluded.value",
    )

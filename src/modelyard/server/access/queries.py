"""Reads of projects, as far as entering them needs."""

from modelyard.server.db.raw import Raw


def find_project_id(raw: Raw, name: str) -> int | None:
    row = raw.one("SELECT id FROM projects WHERE name = ?", (name,))
    return None if row is None else row[0]

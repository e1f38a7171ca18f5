"""The users who act in a unit of work: their ids, by the names that services write.

A name is one user's while a unit lasts, so it stands for the id until it is written beside it.
"""

from sqlalchemy import Connection

from modelyard.server.db.after_commit import unit_notes


def note_actor(connection: Connection, name: str, user_id: int) -> None:
    """A user has entered the unit of work. A read keeps no notes: nothing is written in it."""
    notes = unit_notes(connection)
    if notes is not None:
        notes[name] = user_id


def actor_id(connection: Connection, name: str) -> int | None:
    """The id of the user of this name; None when no such user has entered, as where the server itself acts."""
    notes = unit_notes(connection)
    return None if notes is None else notes.get(name)

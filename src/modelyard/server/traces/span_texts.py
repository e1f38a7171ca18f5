"""Texts of a span that people read: its name, its attributes and events, and the message of its status."""

import re

from modelyard.server.db.filtering import Sql
from modelyard.server.kernel.filters import Comparison, Membership

_MIN_PIECE_LENGTH = 3

_LEAF = "CASE WHEN j.type IN ('true', 'false') THEN j.type ELSE CAST(j.atom AS TEXT) END"
_ON_SQLITE = (
    "SELECT x.name AS said UNION ALL SELECT json_extract(x.content, '$.status.message') "  # noqa: S608
    f"UNION ALL SELECT {_LEAF} FROM json_tree(x.content, '$.attributes') j WHERE j.atom IS NOT NULL "
    f"UNION ALL SELECT {_LEAF} FROM json_tree(x.content, '$.events') j "
    "WHERE j.atom IS NOT NULL AND j.key IS NOT 'time_unix_nano'"
)
_ON_POSTGRESQL = (
    "SELECT x.name AS said UNION ALL SELECT c.value #>> '{status,message}' FROM c "
    "UNION ALL SELECT j.value #>> '{}' FROM c, jsonb_path_query(c.value, '$.attributes.**') AS j (value) "
    "WHERE jsonb_typeof(j.value) NOT IN ('object', 'array') "
    "UNION ALL SELECT j.value #>> '{}' FROM c, jsonb_path_query(c.value, '$.events[*].name') AS j (value) "
    "UNION ALL SELECT j.value #>> '{}' FROM c, jsonb_path_query(c.value, '$.events[*].attributes.**') AS j (value) "
    "WHERE jsonb_typeof(j.value) NOT IN ('object', 'array')"
)


def said_in_span(content: Sql, *, is_sqlite: bool) -> Sql:
    """A SELECT of the column `said`, a text a row, from the span `x`. `content` is what it keeps, as JSON."""
    if is_sqlite:
        return Sql(_ON_SQLITE, ())
    return Sql(f"WITH c (value) AS (SELECT CAST({content.text} AS jsonb)) {_ON_POSTGRESQL}", content.values)


def plain_piece(node: Comparison | Membership) -> str | None:
    """A piece of a pattern that stands in the span as it is kept, too, if the pattern is found in it.

    Looking for it costs a small part of reading the JSON of every span.
    """
    if isinstance(node, Membership) or node.operator != "LIKE":
        return None
    pieces: list[str] = re.findall(r"[A-Za-z ]+", str(node.value))
    longest = max(pieces, key=len, default="")
    return longest if len(longest) >= _MIN_PIECE_LENGTH else None

"""From a filter's tree to SQL over `traces t`."""

import json
from collections.abc import Iterable, Sequence

from modelyard.server.db.filtering import Sql, compare
from modelyard.server.kernel.errors import InvalidArgument
from modelyard.server.kernel.filters import (
    And,
    Comparison,
    Expression,
    Field,
    Membership,
    Not,
    NullTest,
    Or,
    Predicate,
)
from modelyard.server.kernel.patterns import for_postgresql
from modelyard.server.traces.queries import PROMPTS_TAG, SOURCE_RUN
from modelyard.server.traces.span_texts import plain_piece, said_in_span
from modelyard.server.tracking.runs.queries import Run

COLUMNS = {
    "trace_id": "t.trace_id",
    "client_request_id": "t.client_request_id",
    # A trace that nobody named has none.
    "name": "nullif(t.name, '')",
    "status": "t.state",
    "timestamp_ms": "t.request_time",
    "execution_time_ms": "t.duration_ms",
    "experiment_id": "CAST(t.experiment_id AS TEXT)",
    "end_time_ms": "(t.request_time + coalesce(t.duration_ms, 0))",
}
"""The SQL of each attribute that is a column."""

TABLES = {"tag": "trace_tags", "metadata": "trace_metadata"}
_OF_SPANS = ("span", "span.attribute")
_JUDGED = ("feedback", "expectation")

_NUMBER = r"^-?[0-9]{1,100}(\.[0-9]{1,100})?([eE][-+]?[0-9]{1,2})?$"
_JSON_TEXT = (
    r'^"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u(00(0[1-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F])|0[1-9a-fA-F][0-9a-fA-F]{2}'
    r'|[1-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}))*"$'
)
"""JSON that PostgreSQL reads as text without an error: neither NUL nor half of a character is in it."""
_NUL = r"(?<!\\)((?:\\\\)*)\\u0000"


def condition(expression: Expression, *, is_sqlite: bool) -> Sql:
    """A condition that is true or false for every trace, never null, so that NOT is the plain complement.

    What is said of spans in terms joined by AND holds for one and the same span.

    :raises InvalidArgument: a prompt that is not named as `name/version`.
    """
    if isinstance(expression, Not):
        inner = condition(expression.term, is_sqlite=is_sqlite)
        return Sql(f"NOT ({inner.text})", inner.values)
    if isinstance(expression, Or):
        return _joined(" OR ", [condition(term, is_sqlite=is_sqlite) for term in expression.terms])
    parts: list[Sql] = []
    of_span: list[Predicate] = []
    for term in expression.terms if isinstance(expression, And) else (expression,):
        if isinstance(term, Not | And | Or):
            parts.append(condition(term, is_sqlite=is_sqlite))
        elif term.field.family in _OF_SPANS and not (isinstance(term, NullTest) and not term.negated):
            of_span.append(term)
        else:
            parts.append(_of_trace(term, is_sqlite))
    if of_span:
        parts.append(_of_one_span(of_span, is_sqlite))
    return _joined(" AND ", parts)


def has_pattern(expression: Expression | None) -> bool:
    """Whether a regular expression is in it."""
    if isinstance(expression, And | Or):
        return any(has_pattern(term) for term in expression.terms)
    if isinstance(expression, Not):
        return has_pattern(expression.term)
    return isinstance(expression, Comparison) and expression.operator == "RLIKE"


def _joined(word: str, parts: Sequence[Sql]) -> Sql:
    return Sql(word.join(f"({part.text})" for part in parts), tuple(value for part in parts for value in part.values))


def _of_trace(node: Predicate, is_sqlite: bool) -> Sql:
    family, key = node.field.family, node.field.key
    if family == "attribute":
        return _attribute(node, is_sqlite)
    if family in _OF_SPANS:
        has_one = _of_one_span([NullTest(node.field, negated=True)], is_sqlite)
        return Sql(f"NOT ({has_one.text})", has_one.values)
    if family in _JUDGED:
        return _judged(node, is_sqlite)
    if family == "issue":
        matches = Sql("SELECT 1 FROM assessments x WHERE x.trace = t.id AND x.kind = 'issue'", ())
        return _exists(matches, "x.name", node, is_sqlite)
    matches = Sql(f"SELECT 1 FROM {TABLES[family]} x WHERE x.trace = t.id AND x.key = ?", (key,))  # noqa: S608
    return _exists(matches, "x.value", node, is_sqlite)


def _attribute(node: Predicate, is_sqlite: bool) -> Sql:
    if node.field.key == "text":
        matches = Sql("SELECT 1 FROM spans x WHERE x.trace = t.id", ())
        if isinstance(node, NullTest):
            return _exists(matches, "x.content", node, is_sqlite)
        said = _said(node, is_sqlite)
        return Sql(f"EXISTS ({matches.text} AND {said.text})", said.values)
    if node.field.key == "run_id":
        return _run(node, is_sqlite)
    if node.field.key == "prompt":
        return _prompt(node, is_sqlite)
    column = COLUMNS[node.field.key]
    if isinstance(node, NullTest):
        return Sql(f"{column} IS {'NOT ' if node.negated else ''}NULL", ())
    inner = _compared(column, node, is_sqlite)
    return Sql(f"({column} IS NOT NULL AND {inner.text})", inner.values)


def _of_one_span(nodes: Sequence[Predicate], is_sqlite: bool) -> Sql:
    parts = [Sql("SELECT 1 FROM spans x WHERE x.trace = t.id", ())]
    for node in nodes:
        if node.field.family == "span.attribute":
            parts.append(_span_attribute(node, is_sqlite))
        elif isinstance(node, NullTest):
            continue
        elif node.field.key == "content":
            parts.append(_said(node, is_sqlite))
        else:
            parts.append(_compared(f"x.{node.field.key}", node, is_sqlite))
    text = " AND ".join(part.text for part in parts)
    return Sql(f"EXISTS ({text})", tuple(value for part in parts for value in part.values))


def _said(node: Comparison | Membership, is_sqlite: bool) -> Sql:
    """Whether something that the span `x` says is as the node wants it, however the span is kept."""
    said = said_in_span(_as_json("x.content"), is_sqlite=is_sqlite)
    inner = _compared("b.said", node, is_sqlite)
    contains = Sql(f"EXISTS (SELECT 1 FROM ({said.text}) b WHERE {inner.text})", (*said.values, *inner.values))  # noqa: S608
    piece = plain_piece(node)
    if piece is None:
        return contains
    position = "instr(x.content, ?)" if is_sqlite else "strpos(x.content, ?)"
    return Sql(f"{position} > 0 AND {contains.text}", (piece, *contains.values))


def _span_attribute(node: Predicate, is_sqlite: bool) -> Sql:
    """The value of a span's attribute: MLflow writes it as JSON, in which text has quotes that nobody asks for."""
    if is_sqlite:
        said = (
            "coalesce(json_extract(a.value, '$.value.string_value'), json_extract(a.value, '$.value.int_value'), "
            "json_type(a.value, '$.value.bool_value'), CAST(json_extract(a.value, '$.value.double_value') AS TEXT), "
            "json_extract(a.value, '$.value'))"
        )
        each = Sql("json_each(x.content, '$.attributes') a WHERE json_extract(a.value, '$.key') = ?", ())
        text = "(CASE WHEN b.said GLOB '\"*\"' AND json_valid(b.said) THEN json_extract(b.said, '$') ELSE b.said END)"
        guard: tuple[str, ...] = ()
    else:
        said = (
            "coalesce(a.value #>> '{value,string_value}', a.value #>> '{value,int_value}', "
            "a.value #>> '{value,bool_value}', a.value #>> '{value,double_value}', a.value ->> 'value')"
        )
        content = _as_json("x.content")
        each = Sql(f"json_array_elements({content.text} -> 'attributes') a WHERE a.value ->> 'key' = ?", content.values)
        text = "(CASE WHEN b.said ~ ? THEN CAST(b.said AS json) #>> '{}' ELSE b.said END)"
        guard = (_JSON_TEXT,)
    select = f"SELECT 1 FROM (SELECT {said} AS said FROM {each.text}) b WHERE 1 = 1"  # noqa: S608
    matches = Sql(select, (*each.values, node.field.key))
    if isinstance(node, NullTest):
        return Sql(f"EXISTS ({matches.text})", matches.values)
    inner = _compared(text, node, is_sqlite)
    return Sql(f"EXISTS ({matches.text} AND {inner.text})", (*matches.values, *guard, *inner.values))


def _as_json(column: str) -> Sql:
    """PostgreSQL reads no JSON with the character NUL in it."""
    clean = f"CASE WHEN strpos({column}, '\\u0000') > 0 THEN regexp_replace({column}, ?, '\\1', 'g') ELSE {column} END"
    return Sql(f"CAST({clean} AS json)", (_NUL,))


def _judged(node: Predicate, is_sqlite: bool) -> Sql:
    """Feedback or an expectation of that name that no other one overrides."""
    body = Sql("x.body", ()) if is_sqlite else _as_json("x.body")
    valid = "json_extract(x.body, '$.valid') IS NOT 0" if is_sqlite else f"{body.text} ->> 'valid' <> 'false'"
    matches = (
        "SELECT 1 FROM assessments x WHERE x.trace = t.id AND x.kind = ? AND x.name = ? "  # noqa: S608
        f"AND (CASE WHEN x.body LIKE '%\"valid\": false%' THEN {valid} ELSE 1 = 1 END)"
    )
    values = (node.field.family, node.field.key, *body.values)
    if isinstance(node, Comparison) and not isinstance(node.value, str):
        number = _rlike("x.value", _NUMBER, is_sqlite)
        column = f"(CASE WHEN {number.text} THEN CAST(x.value AS DOUBLE PRECISION) END)"
        return _exists(Sql(matches, values), column, node, is_sqlite, number.values)
    return _exists(Sql(matches, values), "x.value", node, is_sqlite)


def _run(node: Predicate, is_sqlite: bool) -> Sql:
    """A trace is of the run that it was made in, and of those that it was linked to."""
    source = "SELECT x.value AS run_id FROM trace_metadata x WHERE x.trace = t.id AND x.key = ?"
    matches = (
        f"SELECT 1 FROM ({source} UNION SELECT y.run_id FROM trace_links y WHERE y.trace_id = t.trace_id) z WHERE 1 = 1"  # noqa: S608
    )
    return _exists(Sql(matches, (SOURCE_RUN,)), "z.run_id", node, is_sqlite)


def _prompt(node: Predicate, is_sqlite: bool) -> Sql:
    """The client keeps the prompts of a trace as JSON in a tag."""
    matches = "SELECT 1 FROM trace_tags x WHERE x.trace = t.id AND x.key = ?"
    if isinstance(node, NullTest):
        return _exists(Sql(matches, (PROMPTS_TAG,)), "x.value", node, is_sqlite)
    named = node.values if isinstance(node, Membership) else (node.value,)
    needles = list(dict.fromkeys(needle for value in named for needle in _as_linked(str(value))))
    contains = "instr(x.value, ?) > 0" if is_sqlite else "strpos(x.value, ?) > 0"
    return Sql(f"EXISTS ({matches} AND ({' OR '.join([contains] * len(needles))}))", (PROMPTS_TAG, *needles))


def _as_linked(prompt: str) -> Iterable[str]:
    """How a prompt stands in that tag, with the spaces of Python's JSON and without."""
    name, slash, version = prompt.partition("/")
    if not (name and slash and version) or "/" in version:
        raise InvalidArgument(f"A prompt is named as name/version, not {prompt[:100]!r}.")
    for separators in ((", ", ": "), (",", ":")):
        yield json.dumps({"name": name, "version": version}, separators=separators)


def _exists(matches: Sql, column: str, node: Predicate, is_sqlite: bool, column_values: tuple[object, ...] = ()) -> Sql:
    if isinstance(node, NullTest):
        return Sql(f"{'' if node.negated else 'NOT '}EXISTS ({matches.text})", matches.values)
    inner = _compared(column, node, is_sqlite)
    return Sql(f"EXISTS ({matches.text} AND {inner.text})", (*matches.values, *column_values, *inner.values))


def _compared(column: str, node: Comparison | Membership, is_sqlite: bool) -> Sql:
    if isinstance(node, Comparison) and node.operator == "RLIKE":
        return _rlike(column, str(node.value), is_sqlite)
    return compare(column, node, is_sqlite=is_sqlite)


def _rlike(column: str, pattern: str, is_sqlite: bool) -> Sql:
    if is_sqlite:
        return Sql(f"{column} REGEXP ?", (pattern,))
    # With this collation \w and the like are of ASCII, as in RE2.
    return Sql(f'{column} COLLATE "C" ~ ?', (for_postgresql(pattern),))


def within_run(run: Run, expression: Expression | None) -> Expression:
    """A filter narrowed to the traces of a run."""
    own = Comparison(Field("attribute", "run_id"), "=", run.run_id)
    if expression is None:
        return own
    return And((own, *(expression.terms if isinstance(expression, And) else (expression,))))

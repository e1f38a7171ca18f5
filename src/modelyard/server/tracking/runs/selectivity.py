"""The runs that a search of an experiment may start from, where a glance at an index shows that they are few.

Ask `along_indexes`: a planner that expects many would look for the first of them in the whole table. They are named by
their keys in the statements that follow, because of a condition it may think the same, and read everything else first.
"""

from collections.abc import Sequence
from operator import itemgetter

from modelyard.server.db.filtering import Sql, terms_of
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.filters import Comparison, Expression
from modelyard.server.tracking.runs.conditions import TABLES
from modelyard.server.tracking.tables import HEAD_LENGTH

FEW = 500
"""What leaves no more runs than this is worth starting from."""


def selective_runs(raw: Raw, experiment_id: int, expression: Expression | None) -> list[int] | None:
    """The settled runs that the most selective term of the filter leaves; None when no term leaves few."""
    places = [place for term in terms_of(expression) if (place := _of_term(experiment_id, term)) is not None]
    if not places:
        return None
    glances = ", ".join(f"(SELECT count(*) FROM (SELECT 1 {place.text} LIMIT {FEW + 1}) AS few)" for place in places)  # noqa: S608
    counts = raw.one(f"SELECT {glances}", [value for place in places for value in place.values])
    assert counts is not None
    least, which = min(zip(counts, places, strict=True), key=itemgetter(0))
    if least > FEW:
        return None
    return [run for (run,) in raw.run(f"SELECT run {which.text}", which.values)]


def unsettled_runs(raw: Raw, experiment_id: int) -> list[int] | None:
    """The runs that the search indexes do not know yet; None when they are many."""
    with raw.in_order_of_an_index():
        rows = raw.all(
            f"SELECT id FROM runs WHERE experiment_id = ? AND unsettled = 1 ORDER BY experiment_id, id LIMIT {FEW + 1}",  # noqa: S608
            (experiment_id,),
        )
    return [run for (run,) in rows] if len(rows) <= FEW else None


def is_one_of(runs: Sequence[int]) -> Sql:
    """A condition: the run is one of these, of which there is at least one."""
    return Sql(f"r.id IN ({placeholders(len(runs))})", tuple(runs))


def _of_term(experiment_id: int, term: Expression) -> Sql | None:
    """From where the index of the term's table says which runs it leaves."""
    if not isinstance(term, Comparison) or term.field.family not in TABLES:
        return None
    place = f"FROM {TABLES[term.field.family]} WHERE experiment_id = ? AND key = ?"
    if term.field.family == "metric" and term.operator != "!=":
        return Sql(f"{place} AND ranked_value {term.operator} ?", (experiment_id, term.field.key, term.value))
    if term.operator == "=":
        return Sql(f"{place} AND head = ?", (experiment_id, term.field.key, str(term.value)[:HEAD_LENGTH]))
    return None

"""Finding runs: filtered, ordered and paged, at a cost that does not grow with the number of runs.

Three ways to the same answer, see docs/contributing/run-search.md:
- *walk*: along the search index of the first ordering metric, or of the start times, until the page is full;
- *narrow*: from the few runs that a selective term of the filter leaves, sorted;
- *plain*: from all runs of the experiment, sorted. Always right; what is not settled is always read this way.
"""

import heapq
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any, NamedTuple

from modelyard.server.db.filtering import Sql, terms_of
from modelyard.server.db.raw import Raw, placeholders
from modelyard.server.kernel.filters import Comparison, Expression, Membership, OrderTerm
from modelyard.server.kernel.pages import decode_token, encode_token, fingerprint
from modelyard.server.tracking.experiments.queries import Experiment
from modelyard.server.tracking.runs.conditions import COLUMNS as ATTRIBUTES
from modelyard.server.tracking.runs.conditions import TABLES, UNTIL_ENDED, condition
from modelyard.server.tracking.runs.queries import COLUMNS, Run
from modelyard.server.tracking.runs.selectivity import is_one_of, selective_runs, unsettled_runs


class RunSearch(NamedTuple):
    """One search of runs. `stages` are the lifecycle stages of the runs.

    Of runs that are equal in the order and began at once, the newest comes first, or with `ties_by_id` the least id.
    """

    experiments: Sequence[Experiment]
    expression: Expression | None
    stages: frozenset[str]
    order: tuple[OrderTerm, ...]
    limit: int
    page_token: str | None
    ties_by_id: bool = False


class _Key(NamedTuple):
    """A column to sort by; never null."""

    sql: str
    values: tuple[object, ...]
    descending: bool


class _Match(NamedTuple):
    position: tuple[Any, ...]
    run: Run


class _Plan(NamedTuple):
    source: str
    source_values: tuple[object, ...]
    where: list[Sql]
    keys: list[_Key]


def search_runs(raw: Raw, search: RunSearch) -> tuple[list[Run], str | None]:
    """A page of runs and the token of the next.

    :raises InvalidPageToken: the token is damaged or of another search.
    """
    query = fingerprint(
        "runs", [item.id for item in search.experiments], search.expression, sorted(search.stages), search.order
    )
    after = tuple(decode_token(search.page_token, query)) if search.page_token else None
    matches: list[_Match] = []
    if search.limit > 0:
        lists = [
            _search_one(raw, search, experiment, after)
            for experiment in search.experiments
            if own_stages(search.stages, experiment)
        ]
        matches = _merge(lists, _directions(search), search.limit + 1)
    runs = [item.run for item in matches[: search.limit]]
    if len(matches) <= search.limit:
        return runs, None
    return runs, encode_token(matches[search.limit - 1].position, query)


def own_stages(stages: frozenset[str], experiment: Experiment) -> frozenset[str]:
    """The stages that runs themselves must have: those of a deleted experiment are deleted whatever their own."""
    if experiment.lifecycle_stage == "active":
        return stages
    return frozenset({"active", "deleted"}) if "deleted" in stages else frozenset()


def _search_one(raw: Raw, search: RunSearch, experiment: Experiment, after: tuple[Any, ...] | None) -> list[_Match]:
    where = _conditions(raw, search, experiment)
    settled = [*where, Sql("r.unsettled = 0", ())]
    directions = _directions(search)
    limit = search.limit + 1
    names_runs = _names_runs(search.expression)
    is_walk = not names_runs and _can_walk(search)
    with raw.along_indexes():
        few = selective_runs(raw, experiment.id, search.expression)
        if few is not None:
            narrow = _search_some(raw, search, experiment, few, settled, after, limit)
            return _merge([narrow, _among_unsettled(raw, search, experiment, where, after, limit)], directions, limit)
        if not names_runs and _is_by_time(search.order):
            with raw.in_order_of_an_index():
                return _fetch(raw, _plain(raw, search, experiment.id, where), after, limit)
        if is_walk:
            unsettled = _among_unsettled(raw, search, experiment, where, after, limit)
            walked = _walked(raw, search, experiment, after, limit) if _among_values(after) else []
    if not is_walk:
        return _fetch(raw, _plain(raw, search, experiment.id, where, narrow=names_runs), after, limit)
    if len(walked) < limit:
        rest = _plain(raw, search, experiment.id, [*settled, _without_value(search.order[0])])
        walked += _fetch(raw, rest, after, limit - len(walked))
    return _merge([walked, unsettled], directions, limit)


def _among_unsettled(
    raw: Raw,
    search: RunSearch,
    experiment: Experiment,
    where: Sequence[Sql],
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[_Match]:
    runs = unsettled_runs(raw, experiment.id)
    if runs is None:
        return _fetch(raw, _unsettled(raw, search, experiment.id, where), after, limit)
    return _search_some(raw, search, experiment, runs, where, after, limit)


def _search_some(
    raw: Raw,
    search: RunSearch,
    experiment: Experiment,
    runs: Sequence[int],
    where: Sequence[Sql],
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[_Match]:
    if not runs:
        return []
    plan = _plain(raw, search, experiment.id, [is_one_of(runs), *where], narrow=True)
    return _fetch(raw, plan, after, limit)


def _conditions(raw: Raw, search: RunSearch, experiment: Experiment, *, walking: bool = False) -> list[Sql]:
    where = [staged(own_stages(search.stages, experiment))]
    if search.expression is not None:
        # By the run's key in the index that is walked: what does not match is left without a look at the run itself.
        run = "w.run" if walking else "r.id"
        where.append(condition(search.expression, is_sqlite=raw.is_sqlite, run=run, is_tried_first=walking))
    return where


def _walked(
    raw: Raw, search: RunSearch, experiment: Experiment, after: tuple[Any, ...] | None, limit: int
) -> list[_Match]:
    where = [*_conditions(raw, search, experiment, walking=True), Sql("r.unsettled = 0", ())]
    with raw.in_order_of_an_index():
        return _fetch(raw, _walk(raw, search, experiment.id, where), after, limit)


def staged(stages: frozenset[str]) -> Sql:
    if len(stages) > 1:
        return Sql("r.lifecycle_stage IN ('active', 'deleted')", ())
    return Sql("r.lifecycle_stage = ?", tuple(stages))


def _can_walk(search: RunSearch) -> bool:
    return bool(search.order) and search.order[0].field.family == "metric"


def _is_by_time(order: Sequence[OrderTerm]) -> bool:
    """Whether the runs of an experiment have an index in this order; the newest first when nothing is said."""
    return not order or (order[0].field.family, order[0].field.key) == ("attribute", "start_time")


def _names_runs(expression: Expression | None) -> bool:
    """Whether the filter names the runs, so that their own index is the best start."""
    return any(
        isinstance(term, Comparison | Membership)
        and (term.field.family, term.field.key) == ("attribute", "run_id")
        and (term.operator == "=" if isinstance(term, Comparison) else not term.negated)
        for term in terms_of(expression)
    )


def _among_values(after: tuple[Any, ...] | None) -> bool:
    """Whether the page may still hold runs that have a number as the first ordering metric."""
    return after is None or after[0] == 0


def _without_value(term: OrderTerm) -> Sql:
    return Sql(
        "NOT EXISTS (SELECT 1 FROM run_metrics v WHERE v.run = r.id AND v.key = ? AND v.value IS NOT NULL)",
        (term.field.key,),
    )


def _directions(search: RunSearch) -> list[bool]:
    """For each sort key, whether it descends; a term has a class before its value where it may be missing."""
    directions: list[bool] = []
    for term in search.order:
        directions += [False, term.descending]
    return [*directions, True, not search.ties_by_id]


def _keys(raw: Raw, search: RunSearch, *, walking: bool) -> tuple[str, tuple[object, ...], list[_Key]]:
    """The joins that the sort keys need, and the sort keys, with start time and id as the last word."""
    joins = ""
    values: list[object] = []
    keys: list[_Key] = []
    collate = "" if raw.is_sqlite else ' COLLATE "C"'
    for index, term in enumerate(search.order):
        if walking and index == 0:
            keys += [_Key("0", (), descending=False), _Key("w.ranked_value", (), term.descending)]
            continue
        if term.field.family == "attribute":
            keys += _attribute_keys(term, collate)
            continue
        alias = f"o{index}"
        joins += f" LEFT JOIN {TABLES[term.field.family]} {alias} ON {alias}.run = r.id AND {alias}.key = ?"
        values.append(term.field.key)
        if term.field.family == "metric":
            rank = f"CASE WHEN {alias}.run IS NULL THEN 2 WHEN {alias}.value IS NULL THEN 1 ELSE 0 END"
            value = f"coalesce({alias}.value, 0)"
        else:
            rank = f"CASE WHEN {alias}.run IS NULL THEN 1 ELSE 0 END"
            value = f"coalesce({alias}.value, ''){collate}"
        keys += [_Key(rank, (), descending=False), _Key(value, (), term.descending)]
    tie = _Key(f"r.run_id{collate}", (), descending=False) if search.ties_by_id else _Key("r.id", (), descending=True)
    keys += [_Key("r.started_at", (), descending=True), tie]
    return joins, tuple(values), keys


def _attribute_keys(term: OrderTerm, collate: str) -> list[_Key]:
    column = ATTRIBUTES[term.field.key]
    if term.field.key in UNTIL_ENDED:
        rank = f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END"
        return [_Key(rank, (), descending=False), _Key(f"coalesce({column}, 0)", (), term.descending)]
    text = "" if term.field.key == "start_time" else collate
    return [_Key("0", (), descending=False), _Key(f"{column}{text}", (), term.descending)]


def _plain(raw: Raw, search: RunSearch, experiment_id: int, where: Sequence[Sql], *, narrow: bool = False) -> _Plan:
    joins, values, keys = _keys(raw, search, walking=False)
    # The plus keeps the planner from the index of the experiment, whose runs are many more than the few.
    in_experiment = Sql(f"{'+' if narrow else ''}r.experiment_id = ?", (experiment_id,))
    return _Plan(f"runs r{joins}", values, [in_experiment, *where], keys)


def _unsettled(raw: Raw, search: RunSearch, experiment_id: int, where: Sequence[Sql]) -> _Plan:
    plan = _plain(raw, search, experiment_id, [Sql("r.unsettled = 1", ()), *where])
    if not raw.is_sqlite:
        return plan
    # Its planner would rather read every run in the order that is asked for than sort these.
    return plan._replace(source=plan.source.replace("runs r", "runs r INDEXED BY ix_runs_unsettled", 1))


def _walk(raw: Raw, search: RunSearch, experiment_id: int, where: Sequence[Sql]) -> _Plan:
    joins, values, keys = _keys(raw, search, walking=True)
    along = Sql(
        "w.experiment_id = ? AND w.key = ? AND w.ranked_value IS NOT NULL AND r.id = w.run",
        (experiment_id, search.order[0].field.key),
    )
    # On SQLite CROSS JOIN also fixes the order of the tables.
    return _Plan(f"run_metrics w CROSS JOIN runs r{joins}", values, [along, *where], keys)


def _fetch(raw: Raw, plan: _Plan, after: tuple[Any, ...] | None, limit: int) -> list[_Match]:
    where = list(plan.where)
    keys = plan.keys
    if after is not None:
        where += _after(keys, after)
    ordered = ", ".join(f"{key.sql} {'DESC' if key.descending else 'ASC'}" for key in keys if key.sql != "0")
    selected = ", ".join(key.sql for key in keys)
    conditions = " AND ".join(f"({item.text})" for item in where)
    statement = (
        f"SELECT {selected}, {COLUMNS} FROM {plan.source} CROSS JOIN experiments e "  # noqa: S608
        f"WHERE e.id = r.experiment_id AND {conditions} ORDER BY {ordered} LIMIT ?"
    )
    values = [*plan.source_values, *(value for item in where for value in item.values), limit]
    width = len(keys)
    return [_Match(row[:width], Run(*row[width:])) for row in raw.run(statement, values)]


def _after(keys: Sequence[_Key], after: tuple[Any, ...]) -> list[Sql]:
    """Only rows that come after a position: greater in the first key that differs."""
    text = ""
    values: list[object] = []
    for key, value in reversed(list(zip(keys, after, strict=True))):
        operator = "<" if key.descending else ">"
        if text:
            text = f"{key.sql} {operator} ? OR ({key.sql} = ? AND ({text}))"
            values = [value, value, *values]
        else:
            text = f"{key.sql} {operator} ?"
            values = [value]
    conditions = [Sql(text, tuple(values))]
    for key, value in zip(keys, after, strict=True):
        if key.sql == "0":
            continue
        # Implied by the rest, and what lets an index start at the position.
        conditions.append(Sql(f"{key.sql} {'<=' if key.descending else '>='} ?", (value,)))
        break
    return conditions


def _merge(lists: Sequence[list[_Match]], directions: Sequence[bool], limit: int) -> list[_Match]:
    filled = [items for items in lists if items]
    if len(filled) <= 1:
        return filled[0][:limit] if filled else []

    def compare(first: _Match, second: _Match) -> int:
        for own, other, descending in zip(first.position, second.position, directions, strict=True):
            if own != other:
                return (1 if own < other else -1) if descending else (-1 if own < other else 1)
        return 0

    merged = heapq.merge(*filled, key=cmp_to_key(compare))
    return [item for _, item in zip(range(limit), merged, strict=False)]


def run_ids(raw: Raw, project_id: int, ids: Sequence[str]) -> list[tuple[int, str]]:
    """Keys and ids of those runs that exist in the project."""
    rows = raw.all(
        "SELECT r.id, r.run_id FROM runs r JOIN experiments e ON e.id = r.experiment_id "  # noqa: S608
        f"WHERE e.project_id = ? AND r.run_id IN ({placeholders(len(ids))}) ORDER BY r.run_id",
        (project_id, *ids),
    )
    return [(row[0], row[1]) for row in rows]

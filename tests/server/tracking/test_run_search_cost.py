"""On PostgreSQL a search reads few of very many runs, without the statistics that a fresh import has not."""

import pytest

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.tracking.bulk.prepared import prepare_run
from modelyard.server.tracking.bulk.runs import write_runs
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.experiments.service import create_experiment
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.logging import RunEntry, log_entries
from modelyard.server.tracking.runs.search import RunSearch, search_runs
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.wire.imports import RunLine, Series

COUNT = 5000
UNSETTLED = 3
LIMIT = 10


@pytest.fixture
def experiment(raw: Raw) -> str:
    """Imported runs whose metric `m` goes from 0 to 1, few of which have the param `rare`, and some that are new."""
    made = create_experiment(raw, "me", 1, "many", artifact_location=None, tags=())
    write_runs(raw, [(prepare_run(_line(index)), made) for index in range(COUNT)])
    new = NewRun(str(made), "r", "me", COUNT, {})
    for run in create_runs(raw, [("me", 1, new)] * UNSETTLED):
        log_entries(raw, [(1, RunEntry(run.run_id, params={"half": "0"}))])
    return str(made)


def _line(index: int) -> RunLine:
    return RunLine(
        run_id=f"{index:032x}",
        experiment="1",
        name="r",
        status="FINISHED",
        started_at=index,
        ended_at=index,
        params={"half": str(index % 2), **({"rare": "yes"} if index % 2500 == 0 else {})},
        metrics={"m": Series(steps=[0], timestamps=[1], values=[index / COUNT])},
    )


def _rows_read(raw: Raw) -> int:
    (found,) = raw.one(
        "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    ) or (0,)
    return int(found)


@pytest.mark.parametrize("ties_by_id", [False, True])
@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("metrics.m > 0.1 AND params.half = '1'", ["metrics.m DESC"], LIMIT),
        ("", ["metrics.m ASC"], LIMIT),
        ("metrics.m > 0.999", ["start_time ASC"], 4),
        ("params.rare = 'yes'", ["metrics.m DESC"], 2),
        ("params.rare = 'yes' AND metrics.m > 0.99", [], 0),
        ("", [], LIMIT),
        ("params.half = '1'", ["start_time DESC"], LIMIT),
    ],
)
def test_a_search_reads_few_rows(
    raw: Raw, experiment: str, text: str, order: list[str], found: int, *, ties_by_id: bool
):
    if raw.is_sqlite:
        return  # it does not count rows; its plan is looked at in test_run_search.py
    search = RunSearch(
        find_experiments(raw, 1, [experiment]),
        parse_filter(text, RUNS),
        frozenset({"active"}),
        parse_order(order, RUNS),
        LIMIT,
        None,
        ties_by_id,
    )
    before = _rows_read(raw)
    page, _ = search_runs(raw, search)
    assert len(page) == found
    assert _rows_read(raw) - before < COUNT / 2

"""Counting stops where it would take long, and says so."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter
from modelyard.server.traces.counting import count_traces
from modelyard.server.traces.search import TRACES
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.experiments.service import create_experiment
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.counting import count_runs
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.wire.base import Count

ACTIVE = frozenset({"active"})


def test_only_so_many_runs_are_looked_at(raw: Raw):
    (project,) = raw.one("SELECT id FROM projects") or (0,)
    ids = [str(create_experiment(raw, "me", project, name, artifact_location=None, tags=())) for name in ("one", "two")]
    for index in range(20):
        experiment, name = ids[index % 2], "old" if index < 10 else "new"
        create_runs(raw, [("me", project, NewRun(experiment, name, "", index, {}))])
    experiments = find_experiments(raw, project, ids)

    def count(text: str, most: int) -> Count:
        return count_runs(raw, experiments, parse_filter(text, RUNS), ACTIVE, max_scanned=most)

    assert count("run_name = 'new'", 20) == Count(count=10, exact=True)
    # The newest five of the first experiment, and there it ends.
    assert count("run_name = 'new'", 5) == Count(count=5, exact=False)
    assert count("run_name = 'old'", 5) == Count(count=0, exact=False)
    assert count("run_name = 'old'", 12) == Count(count=5, exact=False)
    assert count_runs(raw, experiments, None, ACTIVE, max_scanned=1) == Count(count=20, exact=True)


def test_only_so_many_traces_are_looked_at(raw: Raw):
    (project,) = raw.one("SELECT id FROM projects") or (0,)
    experiment = create_experiment(raw, "me", project, "one", artifact_location=None, tags=())
    for index in range(20):
        name = "old" if index < 10 else "new"
        raw.run(
            "INSERT INTO traces (trace_id, experiment_id, request_time, state, name, is_told, has_spans) "
            "VALUES (?, ?, ?, 'OK', ?, ?, ?)",
            (f"tr-{index}", experiment, index, name, True, False),
        )

    def count(text: str, most: int) -> Count:
        return count_traces(raw, [experiment], parse_filter(text, TRACES), max_scanned=most)

    assert count("name = 'new'", 20) == Count(count=10, exact=True)
    assert count("name = 'new'", 5) == Count(count=5, exact=False)
    assert count("name = 'old'", 12) == Count(count=2, exact=False)
    assert count_traces(raw, [experiment], None, max_scanned=1) == Count(count=20, exact=True)

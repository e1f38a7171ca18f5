"""Counting stops where it would take long, and says so."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.experiments.service import create_experiment
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.counting import count_runs
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.wire.runs import RunCount

ACTIVE = frozenset({"active"})


def test_only_so_many_runs_are_looked_at(raw: Raw):
    (project,) = raw.one("SELECT id FROM projects") or (0,)
    ids = [str(create_experiment(raw, "me", project, name, artifact_location=None, tags=())) for name in ("one", "two")]
    for index in range(20):
        experiment, name = ids[index % 2], "old" if index < 10 else "new"
        create_runs(raw, [("me", project, NewRun(experiment, name, "", index, {}))])
    experiments = find_experiments(raw, project, ids)

    def count(text: str, most: int) -> RunCount:
        return count_runs(raw, experiments, parse_filter(text, RUNS), ACTIVE, most_looked_at=most)

    assert count("run_name = 'new'", 20) == RunCount(count=10, exact=True)
    # The newest five of the first experiment, and there it ends.
    assert count("run_name = 'new'", 5) == RunCount(count=5, exact=False)
    assert count("run_name = 'old'", 5) == RunCount(count=0, exact=False)
    assert count("run_name = 'old'", 12) == RunCount(count=5, exact=False)
    assert count_runs(raw, experiments, None, ACTIVE, most_looked_at=1) == RunCount(count=20, exact=True)

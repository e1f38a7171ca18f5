"""Every way of searching runs finds what a plain reading finds, whatever is settled and however it is paged."""

import math
import random
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import pytest

import modelyard.server.tables  # noqa: F401
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.filters import parse_filter, parse_order
from modelyard.server.tracking.experiments.queries import find_experiments
from modelyard.server.tracking.experiments.service import create_experiment, delete_experiment
from modelyard.server.tracking.metrics.service import log_points, point
from modelyard.server.tracking.runs import selectivity
from modelyard.server.tracking.runs.conditions import RUNS
from modelyard.server.tracking.runs.queries import list_unsettled
from modelyard.server.tracking.runs.search import RunSearch, search_runs
from modelyard.server.tracking.runs.search_columns import settle_runs
from modelyard.server.tracking.runs.service import NewRun, create_runs, delete_run, log_params, set_tags, touch_run

COUNT = 300


class Runs:
    """Runs in the database and what was logged on each, to search in plain Python."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.project = int((raw.one("SELECT id FROM projects") or [0])[0])
        self.experiments = [str(self._experiment(name)) for name in ("one", "two")]
        self.known: list[dict[str, Any]] = []
        chance = random.Random(7)
        for index in range(COUNT):
            self._add(index, chance)
        unsettled = [run for run, _ in list_unsettled(raw, COUNT)]
        settled = chance.sample(unsettled, COUNT * 2 // 3)
        for start in range(0, len(settled), 50):
            settle_runs(raw, settled[start : start + 50])
        for item in chance.sample(self.known, COUNT // 10):
            self._change(item, chance)

    def search(
        self,
        text: str,
        order: list[str],
        limit: int,
        stages: frozenset[str],
        experiments: list[str],
        *,
        ties_by_id: bool = False,
    ) -> list[str]:
        """All pages, one after the other."""
        found: list[str] = []
        token = None
        while True:
            page, token = search_runs(
                self.raw,
                RunSearch(
                    find_experiments(self.raw, self.project, experiments),
                    parse_filter(text, RUNS),
                    stages,
                    parse_order(order, RUNS),
                    limit,
                    token,
                    ties_by_id,
                ),
            )
            assert len(page) <= limit
            found += [run.run_id for run in page]
            if token is None:
                return found

    def _experiment(self, name: str) -> int:
        return create_experiment(self.raw, "me", self.project, name, artifact_location=None, tags=())

    def _add(self, index: int, chance: random.Random) -> None:
        experiment = chance.choice(self.experiments)
        started = chance.randrange(20)
        new = NewRun(experiment, f"r{index % 10}", "me", started, {"n": str(index % 5)})
        (run,) = create_runs(self.raw, [("me", self.project, new)])
        item: dict[str, Any] = {"run_id": run.run_id, "experiment": experiment, "started": started, "id": run.id}
        item |= {
            "name": f"r{index % 10}",
            "tags": {"n": str(index % 5)},
            "params": {},
            "metrics": {},
            "stage": "active",
        }
        active = touch_run(self.raw, self.project, run.run_id)
        if chance.random() < 0.8:
            item["params"] = {
                "p": chance.choice(["a", "b", "rare"] if index % 50 == 0 else ["a", "b"]),
                "long": "x" * 150,
            }
            log_params(self.raw, [(active, item["params"])])
        for key in ("m", "k"):
            if chance.random() < 0.8:
                item["metrics"][key] = math.nan if chance.random() < 0.1 else float(chance.randrange(8))
        log_points(self.raw, [(active.id, [point(key, value, 1, 0) for key, value in item["metrics"].items()])])
        if chance.random() < 0.1:
            delete_run(self.raw, "me", self.project, run.run_id)
            item["stage"] = "deleted"
        self.known.append(item)

    def _change(self, item: dict[str, Any], chance: random.Random) -> None:
        """After it was settled: what the indexes say about it is out of date."""
        if item["stage"] == "deleted":
            return
        active = touch_run(self.raw, self.project, item["run_id"])
        item["metrics"]["m"] = float(chance.randrange(8))
        log_points(self.raw, [(active.id, [point("m", item["metrics"]["m"], 2, 1)])])
        item["tags"]["n"] = "changed"
        set_tags(self.raw, [(active, {"n": "changed"})])


FILTERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "": lambda _run: True,
    "metrics.m > 3": lambda run: run["metrics"].get("m", -1) > 3,
    "metrics.m > 3 AND params.p = 'a'": lambda run: run["metrics"].get("m", -1) > 3 and run["params"].get("p") == "a",
    "params.p = 'rare'": lambda run: run["params"].get("p") == "rare",
    "metrics.m != 3": lambda run: "m" in run["metrics"] and run["metrics"]["m"] != 3,
    "tags.n = 'changed' OR metrics.k >= 6": lambda run: (
        run["tags"]["n"] == "changed" or run["metrics"].get("k", -1) >= 6
    ),
    "NOT params.p = 'a'": lambda run: run["params"].get("p") != "a",
    "params.long LIKE 'xx%' AND run_name IN ('r1', 'r2')": lambda run: (
        "long" in run["params"] and run["name"] in ("r1", "r2")
    ),
}


def rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return 2, 0
    return (1, 0) if isinstance(value, float) and math.isnan(value) else (0, value)


KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "metrics.m": lambda run: run["metrics"].get("m"),
    "metrics.k": lambda run: run["metrics"].get("k"),
    "params.p": lambda run: run["params"].get("p"),
    "tags.n": lambda run: run["tags"].get("n"),
    "run_name": lambda run: run["name"],
    "start_time": lambda run: run["started"],
}
ORDERS = [
    [],
    ["metrics.m DESC"],
    ["metrics.m ASC"],
    ["metrics.m DESC", "metrics.k ASC"],
    ["params.p", "metrics.k DESC"],
    ["tags.n DESC", "start_time ASC"],
    ["run_name", "metrics.m"],
]


def expected(
    runs: Runs,
    text: str,
    order: list[str],
    stages: frozenset[str],
    experiments: list[str],
    *,
    ties_by_id: bool = False,
) -> list[str]:
    fitting = [
        run for run in runs.known if run["experiment"] in experiments and run["stage"] in stages and FILTERS[text](run)
    ]

    def compare(first: dict[str, Any], second: dict[str, Any]) -> int:
        for item in order:
            key, _, direction = item.partition(" ")
            (mine, mine_value), (other, other_value) = rank(KEYS[key](first)), rank(KEYS[key](second))
            if mine != other:
                return mine - other
            if mine_value != other_value:
                return (1 if mine_value > other_value else -1) * (-1 if direction == "DESC" else 1)
        if ties_by_id and second["started"] == first["started"]:
            return first["run_id"] > second["run_id"] or -1
        return (second["started"], second["id"]) > (first["started"], first["id"]) or -1

    return [run["run_id"] for run in sorted(fitting, key=cmp_to_key(compare))]


@pytest.mark.parametrize("few", [0, 5, 1000], ids=["walking", "mixed", "narrowing"])
def test_every_way_finds_the_same(raw: Raw, monkeypatch: pytest.MonkeyPatch, few: int):
    monkeypatch.setattr(selectivity, "FEW", few)
    runs = Runs(raw)
    both, active = frozenset({"active", "deleted"}), frozenset({"active"})
    for text in FILTERS:
        for number, order in enumerate(ORDERS):
            stages = both if number % 3 == 1 else active
            experiments = runs.experiments[:1] if number % 2 else runs.experiments
            for limit, by_id in ((7, False), (1000, False), (7, True)):
                wanted = expected(runs, text, order, stages, experiments, ties_by_id=by_id)
                found = runs.search(text, order, limit, stages, experiments, ties_by_id=by_id)
                assert found == wanted, (text, order, limit, by_id)


def test_the_runs_of_a_deleted_experiment_are_deleted(raw: Raw):
    runs = Runs(raw)
    delete_experiment(raw, "me", runs.project, runs.experiments[0])
    active = runs.search("", [], 1000, frozenset({"active"}), runs.experiments)
    assert active == expected(runs, "", [], frozenset({"active"}), runs.experiments[1:])
    deleted = runs.search("", [], 1000, frozenset({"deleted"}), runs.experiments[:1])
    assert deleted == expected(runs, "", [], frozenset({"active", "deleted"}), runs.experiments[:1])


@pytest.mark.parametrize("ties_by_id", [False, True])
def test_a_search_stops_when_its_page_is_full(raw: Raw, *, ties_by_id: bool):
    if not raw.is_sqlite:
        return  # its planner chooses by statistics that a test has not; the statement is the same
    experiment = create_experiment(raw, "me", 1, "plans", artifact_location=None, tags=())
    seen: list[str] = []
    driver: Any = raw.connection.connection.dbapi_connection
    driver.set_trace_callback(seen.append)
    search_runs(
        raw,
        RunSearch(
            find_experiments(raw, 1, [str(experiment)]),
            None,
            frozenset({"active"}),
            parse_order(["metrics.m DESC"], RUNS),
            100,
            None,
            ties_by_id,
        ),
    )
    driver.set_trace_callback(None)
    walk = next(statement for statement in seen if "FROM run_metrics w" in statement)
    plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {walk}")]
    assert "ix_run_metrics_search" in plan[0]
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in plan)

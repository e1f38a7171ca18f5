"""Statements as text, on both databases."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelyard.server.db import Database
from modelyard.server.db.raw import Raw


@pytest.fixture
def raw(tmp_path: Path, empty_database: Callable[[], str | None]) -> Iterator[Raw]:
    database = Database(empty_database() or f"sqlite:///{tmp_path / 'r.db'}", lambda _message: None)
    with database.write_engine.begin() as connection:
        found = Raw(connection)
        found.run("CREATE TABLE scores (id BIGINT PRIMARY KEY, kind BIGINT NOT NULL, score DOUBLE PRECISION)")
        found.run("CREATE INDEX ix_scores ON scores (kind, score)")
        chance = random.Random(1)
        rows = [(number, number % 3, chance.random()) for number in range(9000)]
        found.insert("INSERT INTO scores (id, kind, score) VALUES", rows)
        yield found
    database.close()


BEST = "SELECT id, score FROM scores WHERE kind = ? ORDER BY score DESC, id LIMIT 5"


def test_a_walk_reads_no_more_than_it_needs_without_statistics(raw: Raw):
    with raw.along_indexes(), raw.in_order_of_an_index():
        best = raw.all(BEST, (1,))
        plan = raw.all(f"EXPLAIN {'QUERY PLAN ' if raw.is_sqlite else ''}{BEST}", (1,))
    everything = raw.all("SELECT id, score FROM scores WHERE kind = ?", (1,))
    assert best == sorted(everything, key=lambda row: -row[1])[:5]
    shown = "\n".join(str(row) for row in plan)
    assert "ix_scores" in shown
    assert raw.is_sqlite or "Incremental Sort" in shown


def test_afterwards_the_planner_is_free_again(raw: Raw):
    with raw.along_indexes(), raw.in_order_of_an_index():
        pass
    if not raw.is_sqlite:
        names = ("enable_seqscan", "enable_sort", "plan_cache_mode")
        shown = raw.one("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        assert shown == ("on", "on", "auto")

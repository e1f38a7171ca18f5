"""`read` and `write` on both databases."""

import asyncio
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from modelyard.server.db import Database, postgresql
from modelyard.server.db.after_commit import after_commit
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import Conflict, InvalidArgument, ModelyardError, NotFound, Unavailable

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("text", String(50), unique=True))


@pytest.fixture
def delivered() -> list[object]:
    return []


@pytest.fixture
def database(tmp_path: Path, empty_database: Callable[[], str | None], delivered: list[object]) -> Iterator[Database]:
    opened = Database(empty_database() or f"sqlite:///{tmp_path / 'd.db'}", delivered.append)
    with opened.write_engine.begin() as connection:
        notes.create(connection)
    yield opened
    opened.close()


def _add(text: str) -> Callable[[Connection], str]:
    def unit(connection: Connection) -> str:
        connection.execute(insert(notes).values(text=text))
        after_commit(connection, f"added {text}")
        return text

    return unit


async def _texts(database: Database) -> set[str | None]:
    return await database.read(lambda connection: set(connection.scalars(select(notes.c.text))))


async def test_a_write_is_seen_by_the_next_read(database: Database, delivered: list[object]):
    assert await database.write(_add("one")) == "one"
    assert await _texts(database) == {"one"}
    assert delivered == ["added one"]


async def test_many_writes_at_once_all_land(database: Database):
    results = await asyncio.gather(*(database.write(_add(str(number))) for number in range(300)))
    assert len(results) == 300
    assert await _texts(database) == {str(number) for number in range(300)}


async def test_a_failing_unit_takes_nothing_else_with_it(database: Database, delivered: list[object]):
    def failing(connection: Connection) -> None:
        _add("lost")(connection)
        raise NotFound("There is no such thing.")

    units = [database.write(_add(str(n))) for n in range(20)]
    outcomes = await asyncio.gather(*units[:10], database.write(failing), *units[10:], return_exceptions=True)
    assert sum(isinstance(outcome, NotFound) for outcome in outcomes) == 1
    assert await _texts(database) == {str(n) for n in range(20)}
    assert "added lost" not in delivered
    assert len(delivered) == 20


class _Together:
    """Adds the texts of all who wait, and remembers how many they were each time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, connection: Connection, texts: Sequence[str]) -> list[str]:
        self.sizes.append(len(texts))
        for each in texts:
            _add(each)(connection)
        if "wrong" in texts:
            raise NotFound("There is no such thing.")
        return [each.upper() for each in texts]


async def test_what_is_written_together_shares_its_statements(database: Database, delivered: list[object]):
    work = _Together()
    texts = [f"t{number}" for number in range(200)]
    assert await asyncio.gather(*(database.write_together(work, each) for each in texts)) == [
        each.upper() for each in texts
    ]
    assert await _texts(database) == set(texts)
    assert sorted(delivered) == sorted(f"added {each}" for each in texts)  # type: ignore[type-var]
    assert sum(work.sizes) == 200
    assert len(work.sizes) < 20


async def test_one_that_fails_among_those_written_together_fails_alone(database: Database, delivered: list[object]):
    work = _Together()
    texts = [f"t{number}" for number in range(30)]
    outcomes = await asyncio.gather(
        *(database.write_together(work, each) for each in [*texts[:15], "wrong", *texts[15:]]),
        *(database.write(_add(f"other {number}")) for number in range(5)),
        return_exceptions=True,
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == [outcomes[15]]
    assert isinstance(outcomes[15], NotFound)
    assert await _texts(database) == {*texts, *(f"other {number}" for number in range(5))}
    assert sorted(delivered) == sorted(  # type: ignore[type-var]
        [f"added {each}" for each in texts] + [f"added other {number}" for number in range(5)]
    )


async def test_who_is_locked_out_does_not_hold_up_who_writes_together_with_him(database: Database):
    """Another transaction holds a row for longer than the group waits, and lets go before a single one gives up."""
    if database.is_sqlite:  # where nobody else writes
        return
    await database.write(_add("held"))

    def touch(connection: Connection, texts: Sequence[str]) -> list[float]:
        for each in sorted(texts):
            connection.execute(update(notes).where(notes.c.text == each).values(text=each))
        return [time.monotonic()] * len(texts)

    await database.write(_add("free"))
    with database.write_engine.connect() as holder:
        holder.execute(update(notes).where(notes.c.text == "held").values(text="held"))
        began = time.monotonic()
        waiting = [asyncio.create_task(database.write_together(touch, each)) for each in ("held", "free", "free")]
        done = await asyncio.gather(*waiting[1:])
        assert max(done) - began < 5
        assert not waiting[0].done()
        holder.rollback()
    await waiting[0]


async def test_what_is_read_together_shares_its_statements(database: Database):
    for number in range(50):
        await database.write(_add(f"t{number}"))
    sizes: list[int] = []

    def work(connection: Connection, texts: Sequence[str]) -> list[int]:
        sizes.append(len(texts))
        found = {row.text: row.id for row in connection.execute(select(notes).where(notes.c.text.in_(texts)))}
        if not found.keys() >= set(texts):
            raise NotFound("There is no such note.")
        return [found[each] for each in texts]

    wanted = [f"t{number % 50}" for number in range(200)]
    ids = await asyncio.gather(*(database.read_together(work, each) for each in wanted))
    assert len(set(ids)) == 50
    assert ids == ids[:50] * 4
    assert sum(sizes) == 200
    assert len(sizes) < 20

    outcomes = await asyncio.gather(
        *(database.read_together(work, each) for each in ["none", *wanted]), return_exceptions=True
    )
    assert isinstance(outcomes[0], NotFound)
    assert outcomes[1:] == ids


async def test_a_large_write_does_not_wait_for_those_that_are_written_together(database: Database):
    if database.is_sqlite:  # where there is one writer
        return
    began, may_end = threading.Event(), threading.Event()

    def slow(_connection: Connection, items: Sequence[str]) -> Sequence[str]:
        began.set()
        may_end.wait(10)
        return items

    def add(connection: Connection, texts: Sequence[str]) -> list[str]:
        return [_add(each)(connection) for each in texts]

    waiting = asyncio.create_task(database.write_together(slow, "slow"))
    await asyncio.to_thread(began.wait, 10)
    assert await database.write_together(add, "large", is_large=True) == "large"
    assert await _texts(database) == {"large"}
    may_end.set()
    assert await waiting == "slow"


async def test_a_read_sees_one_moment(database: Database):
    began, written = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def counted_twice(connection: Connection) -> tuple[int, int]:
        first = len(list(connection.scalars(select(notes.c.text))))
        loop.call_soon_threadsafe(began.set)
        written.wait(10)
        return first, len(list(connection.scalars(select(notes.c.text))))

    reading = asyncio.create_task(database.read(counted_twice))
    await began.wait()
    await database.write(_add("meanwhile"))
    written.set()
    assert await reading == (0, 0)


def _cut_all(database: Database) -> None:
    admin = create_engine(database.write_engine.url, poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                 "AND datname = current_database()")
        )  # fmt: skip


async def test_a_connection_that_was_cut_while_it_was_idle_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    if database.is_sqlite:
        return
    await database.write(_add("before"))
    _cut_all(database)
    monkeypatch.setattr(postgresql, "_TRUSTED_SECONDS", 0)
    await database.write(_add("after"))
    assert await _texts(database) == {"before", "after"}


async def test_when_one_connection_was_cut_all_are_asked(database: Database):
    """Of six that were used a moment ago, one is the first to find out."""
    if database.is_sqlite:
        return
    started = threading.Barrier(6, timeout=10)

    def hold(connection: Connection) -> None:
        Raw(connection).run("SELECT 1")
        started.wait()

    await asyncio.gather(*(database.write(hold) for _ in range(6)))
    _cut_all(database)
    with pytest.raises(Unavailable):
        await database.write(lambda connection: Raw(connection).run("SELECT 1"))
    for number in range(6):
        await database.write(_add(str(number)))
    assert await _texts(database) == {str(number) for number in range(6)}


async def test_a_clash_is_a_conflict(database: Database):
    await database.write(_add("same"))
    with pytest.raises(Conflict):
        await database.write(_add("same"))


async def test_a_reader_cannot_write_on_sqlite(database: Database):
    if not database.is_sqlite:
        return
    with pytest.raises((OperationalError, ModelyardError)):
        await database.read(_add("no"))


def test_what_was_answered_survives_a_kill(tmp_path: Path):
    """A process writes and says so, until it is killed between two answers; every answered write must be there."""
    program = textwrap.dedent(
        """
        import asyncio, sys
        from sqlalchemy import text
        from modelyard.server.db import Database

        async def main():
            database = Database(sys.argv[1], lambda _message: None)
            await database.write(lambda c: c.execute(text("CREATE TABLE n (i INTEGER)")))
            async def add(i):
                await database.write(lambda c: c.execute(text(f"INSERT INTO n VALUES ({i})")))
                print(i, flush=True)
            for start in range(0, 100000, 8):
                await asyncio.gather(*(add(start + i) for i in range(8)))

        asyncio.run(main())
        """
    )
    url = f"sqlite:///{tmp_path / 'k.db'}"
    with subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answered = [int(process.stdout.readline()) for _ in range(200)]
        process.kill()
        answered += [int(line) for line in process.stdout.read().split()]
    engine = Database(url, lambda _message: None)
    with engine.read_engine.connect() as connection:
        kept = set(connection.exec_driver_sql("SELECT i FROM n").scalars())
    engine.close()
    assert set(answered) <= kept


async def test_a_read_that_takes_too_long_is_given_up(tmp_path: Path, empty_database: Callable[[], str | None]):
    opened = Database(empty_database() or f"sqlite:///{tmp_path / 'd.db'}", print, max_read_seconds=0.3)
    endless = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT (x + 1) % 1000 FROM n) SELECT count(*) FROM n")
    try:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(InvalidArgument, match="too long"):
                await opened.read(lambda connection: connection.scalar(endless))
            assert time.monotonic() - began < 10
        numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        first_is_quick = f"{numbers} SELECT x FROM n WHERE x = 1 OR x < 0"
        with pytest.raises(InvalidArgument, match="too long"):
            await opened.read(lambda connection: list(Raw(connection).run(first_is_quick)))
        assert await opened.read(lambda connection: connection.scalar(text("SELECT 1"))) == 1
    finally:
        opened.close()


async def test_what_is_too_much_for_the_database_is_not_to_be_tried_again(database: Database):
    if database.is_sqlite:
        statement = "SELECT count(*) FROM " + " CROSS JOIN ".join(f"notes n{number}" for number in range(70))
    else:
        statement = "SELECT " + ", ".join(f"n.id AS c{number}" for number in range(2000)) + " FROM notes n"
    with pytest.raises(InvalidArgument, match="at once"):
        await database.read(lambda connection: connection.scalar(text(statement)))

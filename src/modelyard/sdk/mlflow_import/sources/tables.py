"""The tables of MLflow's own database, read only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from modelyard.sdk._errors import InvalidArgumentError, ModelyardError

_AT_ONCE = 500
_STREAMED = 20_000


class Tables:
    """`columns` are those that there are, by table: they differ from version to version."""

    def __init__(self, uri: str, workspace: str) -> None:
        url = _read_only(uri)
        self.name = _plain_name(url)
        self._workspace = workspace
        self._engine = create_engine(url)
        try:
            self._connection: Connection = self._engine.connect()
            inspector = inspect(self._connection)
            tables = inspector.get_table_names()
            self.columns = {table: {column["name"] for column in inspector.get_columns(table)} for table in tables}
        except SQLAlchemyError as error:
            raise InvalidArgumentError(f"The database {self.name} cannot be read: {error}") from error
        if "experiments" not in self.columns or "metrics" not in self.columns:
            raise InvalidArgumentError(f"{self.name} is not a database of MLflow: it has no table of experiments.")

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def stream(self, statement: TextClause, values: Mapping[str, Any]) -> Iterator[Any]:
        return iter(self._connection.execution_options(yield_per=_STREAMED).execute(statement, values))

    def all(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        try:
            rows = self._connection.execute(text(statement), {**values, **self._bound(statement)})
            return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented accessor
        except SQLAlchemyError as error:
            raise ModelyardError(f"The database {self.name} cannot be read: {error}") from error

    def select_by_ids(self, statement: str, ids: Sequence[Any]) -> list[dict[str, Any]]:
        bound = text(statement).bindparams(bindparam("ids", expanding=True))
        selected: list[dict[str, Any]] = []
        for start in range(0, len(ids), _AT_ONCE):
            rows = self._connection.execute(bound, {"ids": list(ids[start : start + _AT_ONCE])})
            selected += [dict(row._mapping) for row in rows]  # noqa: SLF001
        return selected

    def pairs(
        self, table: str, owner: str, ids: Sequence[Any] | None, key: str = "key", value: str = "value"
    ) -> defaultdict[Any, dict[str, str]]:
        pairs_by_owner: defaultdict[Any, dict[str, str]] = defaultdict(dict)
        if table not in self.columns:
            return pairs_by_owner
        select = f"SELECT {owner} AS owner, {key} AS k, {value} AS v FROM {table}"  # noqa: S608
        rows: Iterable[dict[str, Any]] = (
            self.all(f"{select} ORDER BY 1, 2")
            if ids is None
            else self.select_by_ids(f"{select} WHERE {owner} IN :ids", ids)
        )
        for row in rows:
            pairs_by_owner[row["owner"]][row["k"]] = row["v"] or ""
        return pairs_by_owner

    def here(self, table: str) -> str:
        """Of the chosen workspace, where the schema knows of them."""
        return " WHERE workspace = :workspace" if "workspace" in self.columns[table] else ""

    def _bound(self, statement: str) -> dict[str, Any]:
        return {"workspace": self._workspace} if ":workspace" in statement else {}


def _read_only(uri: str) -> URL:
    url = make_url(uri)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.is_file():
            raise InvalidArgumentError(
                f"There is no database {str(path)!r}.", hint="sqlite:///relative or sqlite:////absolute"
            )
        return URL.create("sqlite", database=f"file:{path.resolve()}", query={"mode": "ro", "uri": "true"})
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").update_query_dict(
            {"options": "-c default_transaction_read_only=on"}
        )
    raise InvalidArgumentError(
        f"A database of {url.get_backend_name()} cannot be read directly.",
        hint="Start `mlflow server` on it and import from its address.",
    )


def _plain_name(url: URL) -> str:
    """Without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{(url.database or '').removeprefix('file:')}"
    return URL.create("postgresql", host=url.host, port=url.port, database=url.database).render_as_string()

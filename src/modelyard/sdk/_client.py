"""The client: one project of one server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self

import httpx

from modelyard.sdk._datasets import Datasets
from modelyard.sdk._engines import Engines
from modelyard.sdk._exports import export_table
from modelyard.sdk._http import Http, Retry, api_path, iterate
from modelyard.sdk._models import Models
from modelyard.sdk._projects import Projects
from modelyard.sdk._references import check_name, parse_version_reference
from modelyard.sdk._versions import Version
from modelyard.sdk._webhooks import Webhooks
from modelyard.wire.base import Page
from modelyard.wire.projects import ActivityRecord, SearchResults, ServerInfo
from modelyard.wire.trainers import TrainerInfo

DEFAULT_URL = "http://127.0.0.1:7300"
DEFAULT_PROJECT = "default"


class Client:
    """One project of one Modelyard server.

    `url` is the server's address (else MODELYARD_URL, else http://127.0.0.1:7300), `project` the project's name (else
    MODELYARD_PROJECT, else `default`), `token` is sent as a bearer token (else MODELYARD_TOKEN, else none). Making a
    client asks nothing of the server. `transport` replaces the network with any httpx transport, and `retry` says how
    often a read is tried again. Close it, or use it in a `with` block, to let go of its connections.

    >>> client = Client()
    >>> client.datasets.upload("iris", "iris.csv")
    >>> version = client.models("iris").train("config.yaml", "iris")
    >>> version.predict([{"petal_length": 1.4, "petal_width": 0.2}])
    """

    def __init__(
        self,
        url: str | None = None,
        project: str | None = None,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        retry: Retry | None = None,
    ) -> None:
        self.project = check_name("project", project or os.environ.get("MODELYARD_PROJECT") or DEFAULT_PROJECT)
        self._http = Http(
            url or os.environ.get("MODELYARD_URL") or DEFAULT_URL,
            token=token or os.environ.get("MODELYARD_TOKEN"),
            transport=transport,
            retry=retry,
        )
        self.url = self._http.url
        self.datasets = Datasets(self._http, self.project)
        self.models = Models(self._http, self.project)
        self.projects = Projects(self._http)
        self.webhooks = Webhooks(self._http, self.project)
        self.engines = Engines(self._http)

    def __repr__(self) -> str:
        return f"<Client {self.url} project {self.project}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the server."""
        self._http.close()

    def resolve(self, reference: str) -> Version:
        """The version that `models:/iris/3`, `models:/iris/latest` or `iris/3` names. Raises NotFoundError."""
        name, number = parse_version_reference(reference)
        return self.models(name).version(number)

    def server(self) -> ServerInfo:
        """The server's version and how it is set up."""
        return self._http.get("/server", ServerInfo)

    def trainers(self) -> list[TrainerInfo]:
        """The trainers, with the options of each."""
        return self._http.get("/trainers", list[TrainerInfo])

    def config_schema(self) -> dict[str, Any]:
        """The JSON Schema of a whole config."""
        return self._http.get("/config-schema", dict[str, Any])

    def openapi(self) -> dict[str, Any]:
        """The description of the native API, in OpenAPI's format."""
        return self._http.get("/openapi.json", dict[str, Any])

    def search(self, text: str, *, limit: int = 20) -> SearchResults:
        """Models, versions and datasets of the project that match `text`."""
        path = api_path("projects", self.project, "search")
        return self._http.get(path, SearchResults, {"q": text, "limit": limit})

    def export(
        self,
        table: str,
        target: str | Path | BinaryIO,
        *,
        format: Literal["csv", "parquet"] | None = None,  # noqa: A002 - the API's word for it
        columns: Sequence[str] = (),
        **choice: Any,
    ) -> None:
        """Write a list of the project as CSV or Parquet to a path, or to a file object open for bytes.

        `table` is as in the API: `runs`, `experiments`, `models`, `models/iris/versions`, `datasets`, `traces`,
        `prompts`, `activity`, ... `choice` is what the list can be asked for, such as `filter`, `order_by`, `search`,
        `sort` and `limit`. `columns` are named like `name` or `metrics.loss`; all come when none is named. The format
        is that of the file's name unless it is given. Raises InvalidArgumentError.

        >>> client.export("runs", "runs.parquet", filter="metrics.loss < 1", columns=["name", "metrics.loss"])
        """
        export_table(self._http, self.project, table, target, kind=format, columns=columns, choice=choice)

    def activity(self, *, object_kind: str | None = None, object_name: str | None = None) -> Iterator[ActivityRecord]:
        """The audit record of the project, newest first, fetched page by page while it is used."""
        params = {"object_kind": object_kind, "object_name": object_name}
        return iterate(self._http, api_path("projects", self.project, "activity"), Page[ActivityRecord], params)

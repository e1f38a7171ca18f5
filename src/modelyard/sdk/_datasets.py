"""Datasets and their versions."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from modelyard.sdk import _sources
from modelyard.sdk._errors import InvalidArgumentError
from modelyard.sdk._http import Http, api_path, iterate
from modelyard.sdk._references import Number, check_name, parse_dataset_reference
from modelyard.sdk._storing import store_file
from modelyard.wire import datasets as wire
from modelyard.wire.base import Page
from modelyard.wire.lineage import Lineage
from modelyard.wire.models import ConfigDetectRequest, ConfigValidateRequest, ConfigValidation, DetectedConfig

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ROWS_PER_REQUEST = 1000


class Datasets:
    """The datasets of a project. Call it with a name for one of them; iterate over it for all."""

    def __init__(self, http: Http, project: str) -> None:
        self._http = http
        self._project = project
        self._path = api_path("projects", project, "datasets")

    def __call__(self, name: str) -> Dataset:
        """The dataset of this name; no request is sent yet."""
        return Dataset(self._http, self._project, name)

    def __iter__(self) -> Iterator[Dataset]:
        return self.list()

    def list(
        self,
        *,
        search: str | None = None,
        sort: Literal["name", "updated_at", "created_at", "rows"] = "name",
        descending: bool = False,
    ) -> Iterator[Dataset]:
        """All datasets, or those whose name contains `search`, fetched page by page as they are used."""
        params = {"search": search, "sort": sort, "order": "desc" if descending else "asc"}
        for record in iterate(self._http, self._path, Page[wire.Dataset], params):
            yield Dataset(self._http, self._project, record.name, record)

    def upload(
        self,
        name: str,
        source: Any,
        *,
        file_name: str | None = None,
        progress: _sources.UploadProgress | None = None,
    ) -> DatasetVersion:
        """Upload a table as a new version of dataset `name`, which is created if it does not exist.

        `source` is a path, a binary file object, a DataFrame (pandas, polars or Arrow), or a glob or URL that DuckDB
        reads; it is streamed, so its size does not matter. `file_name` overrides the name whose ending tells the
        format. `progress` is called with the bytes sent and the bytes in all, or None if that is not known.

        When the table is the same as the latest version nothing is added, and that version is given back with
        `created` False. Raises InvalidTableError, with a problem for each place, when the server cannot read it.
        """
        check_name("dataset", name)
        with _sources.open_table(source, file_name) as table:
            length = {} if table.size_bytes is None else {"Content-Length": str(table.size_bytes)}
            with self._http.stream(
                "POST",
                self._path + api_path(name, "versions"),
                params={"filename": table.file_name},
                content=_counted(table, progress),
                content_type="application/octet-stream",
                headers=length,
                # Reading and profiling a large table takes as long as it takes.
                read_timeout_seconds=None,
            ) as response:
                result = self._http.parse(response, wire.UploadResult)
        version = DatasetVersion(self._http, self._project, name, result.version.number, result.version)
        version.created = result.created
        return version

    def resolve(self, reference: str) -> DatasetVersion:
        """The version that `iris@2`, `iris@latest` or `iris` (its latest) names. Raises NotFoundError."""
        name, number = parse_dataset_reference(reference)
        return self(name).version(number)


class Dataset:
    """A named table. Members that name no version are about the latest one."""

    def __init__(self, http: Http, project: str, name: str, record: wire.Dataset | None = None) -> None:
        self.name = check_name("dataset", name)
        self._http = http
        self._project = project
        self._path = api_path("projects", project, "datasets", name)
        self._record = record

    def __repr__(self) -> str:
        return f"<Dataset {self.name}>"

    @property
    def info(self) -> wire.Dataset:
        """The dataset's record, fetched at first use. Raises NotFoundError. See `refresh`."""
        return self._record or self.refresh()

    def refresh(self) -> wire.Dataset:
        """Fetch the record again."""
        self._record = self._http.get(self._path, wire.Dataset)
        return self._record

    @property
    def description(self) -> str:
        return self.info.description

    @property
    def latest(self) -> DatasetVersion:
        """The newest version. Raises NotFoundError when there is none."""
        return self.version("latest")

    def version(self, number: Number) -> DatasetVersion:
        """Version `number`, or the one that is the latest now. Raises NotFoundError."""
        record: wire.DatasetVersion = self._http.get(self._path + api_path("versions", number), wire.DatasetVersion)
        return DatasetVersion(self._http, self._project, self.name, record.number, record)

    def versions(self) -> Iterator[DatasetVersion]:
        """All versions, newest first, fetched page by page as they are used."""
        for summary in iterate(self._http, self._path + "/versions", Page[wire.DatasetVersionSummary]):
            yield DatasetVersion(self._http, self._project, self.name, summary.number, summary)

    def profile(self) -> wire.DatasetProfile:
        """The profile of the latest version; see `DatasetVersion.profile`."""
        return self.latest.profile()

    def rows(self, *, offset: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """Rows of the latest version; see `DatasetVersion.rows`."""
        return self.latest.rows(offset=offset, limit=limit)

    def to_pandas(self) -> pd.DataFrame:
        """The latest version as a pandas DataFrame."""
        return self.latest.to_pandas()

    def update(self, *, description: str) -> Dataset:
        """Change the description."""
        self._record = self._http.call(
            "PATCH", self._path, wire.Dataset, body=wire.DatasetUpdate(description=description)
        )
        return self

    def delete(self) -> None:
        """Delete the dataset and all its versions. Raises ConflictError when a model version was trained on it."""
        self._http.delete(self._path)


class DatasetVersion:
    """One immutable snapshot of a dataset.

    `created` is False when it came from an upload that changed nothing.
    """

    def __init__(
        self,
        http: Http,
        project: str,
        dataset: str,
        number: int,
        record: wire.DatasetVersion | wire.DatasetVersionSummary,
    ) -> None:
        self.dataset = dataset
        self.number = number
        self.created = True
        self._http = http
        self._record = record
        self._project = project
        self._project_path = api_path("projects", project)
        self._path = api_path("projects", project, "datasets", dataset, "versions", number)

    def __repr__(self) -> str:
        return f"<DatasetVersion {self.reference}>"

    @property
    def reference(self) -> str:
        """Its name in one word, such as `iris@2`."""
        return f"{self.dataset}@{self.number}"

    @property
    def info(self) -> wire.DatasetVersion:
        """The whole record, columns included."""
        if not isinstance(self._record, wire.DatasetVersion):
            self._record = self._http.get(self._path, wire.DatasetVersion)
        return self._record

    @property
    def summary(self) -> wire.DatasetVersion | wire.DatasetVersionSummary:
        """The part of the record that is here without another request."""
        return self._record

    @property
    def digest(self) -> str:
        """SHA-256 of the stored Parquet file, 64 hex digits."""
        return self._record.digest

    @property
    def row_count(self) -> int:
        return self._record.row_count

    @property
    def column_count(self) -> int:
        record = self._record
        return len(record.columns) if isinstance(record, wire.DatasetVersion) else record.column_count

    @property
    def columns(self) -> list[wire.Column]:
        return self.info.columns

    def retype(self, changes: Mapping[str, str | Mapping[str, Any]]) -> DatasetVersion:
        """Make a new version of the same rows in which some columns have another type.

        `changes` maps names to types (`number`, `category`, `binary`, `text`, `date`), or to dicts of `feature_type`
        and `format`, such as `{"feature_type": "date", "format": {"date_formats": ["%d/%m/%Y"]}}`.
        Raises InvalidTableError when a value does not fit its column's type.
        """
        column_changes = [
            {"column": name, **({"feature_type": change} if isinstance(change, str) else change)}
            for name, change in changes.items()
        ]
        try:
            body = wire.Retype.model_validate({"changes": column_changes})
        except ValueError as error:
            raise InvalidArgumentError(
                "the types cannot be used", hint=f"Types are {', '.join(wire.FeatureType)}; give at least one column."
            ) from error
        result: wire.UploadResult = self._http.call("POST", self._path + "/retype", wire.UploadResult, body=body)
        retyped = DatasetVersion(self._http, self._project, self.dataset, result.version.number, result.version)
        retyped.created = result.created
        return retyped

    def profile(self) -> wire.DatasetProfile:
        """Per column: missing and distinct counts, quantiles, top values and a histogram."""
        return self._http.get(self._path + "/profile", wire.DatasetProfile)

    def page(
        self, *, offset: int = 0, limit: int = 100, sort: str | None = None, descending: bool = False
    ) -> wire.RowsPage:
        """One page of rows as the server gives it, sorted by column `sort`."""
        order = None if sort is None else "desc" if descending else "asc"
        params = {"offset": offset, "limit": limit, "sort": sort, "order": order}
        return self._http.get(self._path + "/rows", wire.RowsPage, params)

    def rows(
        self, *, offset: int = 0, limit: int | None = None, sort: str | None = None, descending: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Rows as dicts by column name, fetched in pages as they are used.

        Values are JSON's: dates as ISO 8601 text, NaN and infinities as text. Use `to_pandas` for a whole large table.
        """
        end = None if limit is None else offset + limit
        while end is None or offset < end:
            size = _ROWS_PER_REQUEST if end is None else min(_ROWS_PER_REQUEST, end - offset)
            page = self.page(offset=offset, limit=size, sort=sort, descending=descending)
            names = [column.name for column in page.columns]
            for row in page.rows:
                yield dict(zip(names, row, strict=True))
            offset += len(page.rows)
            if not page.rows or offset >= page.total:
                return

    def uses(self) -> list[wire.DatasetUse]:
        """The model versions that were trained on this dataset version."""
        return self._http.get(self._path + "/uses", list[wire.DatasetUse])

    def lineage(self, *, depth: int | None = None, limit: int | None = None) -> Lineage:
        """Its uses: trainings, model versions, and their uses."""
        return self._http.get(self._path + "/lineage", Lineage, {"depth": depth, "limit": limit})

    def download(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as a Parquet file, whose digest is checked before it gets its name."""
        target = Path(path)
        with self._http.stream("GET", self._path + "/data") as response:
            return store_file(self._http.chunks(response), target, expected_digest=self.digest)

    def to_arrow(self) -> pa.Table:
        """The whole table as an Arrow table."""
        import pyarrow.parquet as pq  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
            return pq.read_table(self.download(Path(folder) / "table.parquet"), memory_map=False)

    def to_pandas(self) -> pd.DataFrame:
        """The whole table as a pandas DataFrame."""
        import pandas as pd  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
            return pd.read_parquet(self.download(Path(folder) / "table.parquet"))

    def detect_config(self, target: str, *, trainer: str | None = None) -> DetectedConfig:
        """A config proposed from the data, to predict column `target`, with notes on its choices."""
        body = ConfigDetectRequest(dataset=self.dataset, dataset_version=self.number, target=target, trainer=trainer)
        return self._http.call("POST", self._project_path + "/config/detect", DetectedConfig, body=body)

    def validate_config(self, config: dict[str, Any] | str) -> ConfigValidation:
        """Check a config (a dict or YAML text) against this data, without training."""
        config_field = {"yaml": config} if isinstance(config, str) else {"config": config}
        body = ConfigValidateRequest(dataset=self.dataset, dataset_version=self.number, **config_field)
        return self._http.call("POST", self._project_path + "/config/validate", ConfigValidation, body=body)


def _counted(table: _sources.TableStream, progress: _sources.UploadProgress | None) -> Iterator[bytes]:
    sent = 0
    for chunk in table.chunks:
        yield chunk
        sent += len(chunk)
        if progress is not None:
            progress(sent, table.size_bytes)

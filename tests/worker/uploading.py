"""A table as an upload reads it, in this process, and a model's columns that were fitted on it."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from modelyard.wire.config.features import BinaryInput, CategoryInput, DateInput, NumberInput, TextInput
from modelyard.wire.datasets import Column, ColumnChange, ColumnProfile, DatasetProfile, FeatureType
from modelyard.wire.ingest import PARQUET_NAME, PROFILE_NAME, Retyping
from modelyard.worker.inference import Model
from modelyard.worker.inference.columns import join_columns
from modelyard.worker.inference.features import make_encoder
from modelyard.worker.inference.reading import Reading
from modelyard.worker.ingest.__main__ import read_upload
from modelyard.worker.preprocessing.fitting import fit_feature, reader_of
from modelyard.worker.preprocessing.readings import column_readings
from modelyard.worker.preprocessing.table import Table
from tests.support.ingesting import ingest_task

_FEATURES: dict[FeatureType, Any] = {
    FeatureType.NUMBER: NumberInput,
    FeatureType.CATEGORY: CategoryInput,
    FeatureType.BINARY: BinaryInput,
    FeatureType.TEXT: TextInput,
    FeatureType.DATE: DateInput,
}


class _NoEstimator:
    def predict(self, matrix: Any) -> Any:
        return np.zeros(len(matrix))


@dataclass(frozen=True)
class Uploaded:
    """What an upload left."""

    path: Path
    file_name: str
    columns: list[Column]
    profile: DatasetProfile

    def column(self, name: str) -> ColumnProfile:
        return next(column for column in self.profile.columns if column.name == name)

    def table(self) -> Table:
        """As a training reads it."""
        return Table(self.path, 1, {name: Reading.of(each) for name, each in self._readings().items()})

    def model(self) -> Model:
        """All columns as inputs, fitted on all rows. It predicts nothing; `encode` tells what it makes of a table."""
        table = self.table()
        features = []
        for column in self.columns:
            feature = _FEATURES[column.feature_type](name=column.name, type=column.feature_type.value)
            raw = make_encoder(reader_of(feature)).read(table.series(column.name))
            features.append(fit_feature(feature, raw, dense=False))
        description = {
            "target": "t",
            "output_type": "number",
            "classes": [],
            "features": features,
            "columns": self._readings(),
        }
        return Model(description, _NoEstimator())

    def matrix(self) -> Any:
        """The model's matrix for the rows that were uploaded, by the way of a training."""
        table, model = self.table(), self.model()
        return dense(
            join_columns([encoder.encode(encoder.read(table.series(encoder.column))) for encoder in model.encoders])
        )

    def _readings(self) -> dict[str, dict[str, Any]]:
        return column_readings([column.name for column in self.columns], self.columns, self.file_name, {})


def dense(matrix: Any) -> Any:
    """The same matrix; those of texts are sparse."""
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix


def upload(folder: Path, content: bytes | str, file_name: str = "t.csv", retyping: Retyping | None = None) -> Uploaded:
    """Reads a table into a new folder below `folder`. Raises IngestError where an upload would be refused."""
    own = Path(tempfile.mkdtemp(dir=folder))
    result = read_upload(ingest_task(own, content, file_name, retyping))
    profile = DatasetProfile.model_validate_json((own / PROFILE_NAME).read_text())
    return Uploaded(own / PARQUET_NAME, file_name, result.columns, profile)


def retype(folder: Path, uploaded: Uploaded, *changes: ColumnChange) -> Uploaded:
    """The table with other types for some columns."""
    notes = {column.name: column.notes for column in uploaded.profile.columns}
    retyping = Retyping(columns=uploaded.columns, notes=notes, changes=list(changes))
    retyped = upload(folder, uploaded.path.read_bytes(), "t.parquet", retyping)
    return replace(retyped, file_name=uploaded.file_name)

"""A model of another program, loaded by MLflow as a function of a table."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from modelyard.worker.errors import JobError
from modelyard.worker.importing import importing
from modelyard.worker.inference.columns import InvalidInputError
from modelyard.worker.inference.reading import Reading
from modelyard.worker.loading.description import Description, InputColumn

_LOGGER = logging.getLogger(__name__)

_DATA_TYPES = {
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "datetime": "TIMESTAMP",
}
"""How a column of each of MLflow's types would be stored here, which says what text in it means."""
_WHOLE: dict[str, Any] = {"integer": np.int32, "long": np.int64}
_FLOATING: dict[str, Any] = {"float": np.float32, "double": np.float64}
_PREDICTION = "prediction"


class ForeignModel:
    """Predicts tables as the model's signature describes them."""

    def __init__(self, loaded: Any, description: Description) -> None:
        self._loaded = loaded
        self._inputs = description.inputs
        self._outputs = description.outputs

    @classmethod
    def load(cls, folder: Path, description: Description) -> "ForeignModel":
        """Raises JobError if MLflow cannot load the model."""
        with importing():
            import mlflow.pyfunc  # noqa: PLC0415 - takes seconds, and our own models do without
        try:
            loaded = mlflow.pyfunc.load_model(str(folder), suppress_warnings=True)
        except ImportError as error:
            raise lacking(error) from error
        except Exception as error:
            _LOGGER.exception("The model cannot be loaded.")
            raise JobError(f"{type(error).__name__}: {error}", "invalid_model") from error
        return cls(loaded, description)

    @property
    def input_columns(self) -> list[str]:
        return [column.name for column in self._inputs]

    def missing_inputs(self, table: pd.DataFrame) -> list[str]:
        return [name for name in self.input_columns if name not in table.columns]

    def predict(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row for each of the table's. Raises InvalidInputError if the table does not fit the signature."""
        lacking_columns = [column.name for column in self._inputs if column.required and column.name not in table]
        if lacking_columns:
            names = ", ".join(f"'{name}'" for name in lacking_columns[:20])
            raise InvalidInputError(f"The table lacks inputs that the model requires: {names}.")
        columns = {column.name: _read(table[column.name], column) for column in self._inputs if column.name in table}
        try:
            predicted = self._loaded.predict(pd.DataFrame(columns, index=table.index))
        except ImportError as error:
            raise lacking(error) from error
        except Exception as error:
            _LOGGER.exception("The model cannot predict a table.")
            raise InvalidInputError(f"The model cannot predict this table. {type(error).__name__}: {error}") from error
        return self._present(predicted, len(table))

    def _present(self, predicted: Any, row_count: int) -> pd.DataFrame:
        """As a table, whatever the model gave; columns without a name are called by the signature, or their place."""
        if isinstance(predicted, pd.DataFrame):
            answer = predicted.rename(columns=str).reset_index(drop=True)
        else:
            values = np.asarray(predicted)
            values = values.reshape(len(values), -1) if values.ndim != 1 and values.size else values.reshape(-1, 1)
            answer = pd.DataFrame(values, columns=self._names(values.shape[1]))
        if len(answer) != row_count:
            raise InvalidInputError(f"The model answered {len(answer)} rows for a table of {row_count}.")
        return answer

    def _names(self, count: int) -> list[str]:
        if len(self._outputs) == count:
            return self._outputs
        return [_PREDICTION] if count == 1 else [f"{_PREDICTION}_{index}" for index in range(count)]


def lacking(error: ImportError) -> JobError:
    """What to say of a package that a model imports and this environment does not have."""
    name = f"the package {error.name!r}" if error.name else str(error)
    return JobError(
        f"The environment of the workers lacks what the model needs: {name} cannot be imported. Install it there, or "
        "name the Python of an environment that has it with the setting worker_python.",
        "unmet_requirements",
    )


def _read(values: "pd.Series[Any] | pd.DataFrame", column: InputColumn) -> "pd.Series[Any]":
    """A column of the signature's type. Raises InvalidInputError for a value that is not of it."""
    if isinstance(values, pd.DataFrame):
        raise InvalidInputError(f"The table has two columns named '{column.name}'.")
    if column.type not in _DATA_TYPES:
        return values
    if column.type == "string":
        return values.map(lambda value: value if isinstance(value, str) else None if pd.isna(value) else str(value))
    read = Reading(_DATA_TYPES[column.type], missing=("",)).read(values)
    if column.type in _WHOLE:
        return _whole(read, column)
    if column.type in _FLOATING:
        _refuse(read, column, [isinstance(value, str) for value in read.tolist()], "is not a number")
        return read.astype(_FLOATING[column.type])
    if column.type == "boolean" and read.map(lambda value: isinstance(value, bool)).all():
        return read.astype(bool)
    return read


def _whole(values: "pd.Series[Any]", column: InputColumn) -> "pd.Series[Any]":
    kind = _WHOLE[column.type]
    bounds: Any = np.iinfo(kind)
    cells = values.tolist()
    _refuse(values, column, list(values.isna()), "is not there, and the model needs one")
    _refuse(values, column, [isinstance(cell, str) or cell != int(cell) for cell in cells], "is not a whole number")
    _refuse(values, column, [not bounds.min <= cell <= bounds.max for cell in cells], "is too large")
    return values.astype(kind)


def _refuse(values: "pd.Series[Any]", column: InputColumn, faults: list[bool], problem: str) -> None:
    if any(faults):
        row = faults.index(True)
        cell = values.iloc[row]
        shown = "a value" if pd.isna(cell) else repr(cell.item() if isinstance(cell, np.generic) else cell)
        raise InvalidInputError(f"Column '{column.name}', row {row + 1}: {shown} {problem}.")

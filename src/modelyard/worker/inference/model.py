"""A model as a whole: reads a table, encodes it, predicts, and names the columns of the answer."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .columns import InvalidInputError, Matrix, join_columns
from .estimators import Estimator, load_estimator
from .features import Encoder, class_labels, make_encoder
from .reading import Reading

DESCRIPTION_FILE = "model.json"
FORMAT = 2
"""2: how the text of each input column is read (`columns`). Models of format 1 read text as it comes."""


class Model:
    """Predicts tables. Build it from a description (plain data) and an estimator, or load it from a folder."""

    def __init__(self, description: dict[str, Any], estimator: Estimator) -> None:
        self.target: str = description["target"]
        self.output_type: str = description["output_type"]
        self.classes: list[Any] = description["classes"]
        self.encoders: list[Encoder] = [make_encoder(fitted) for fitted in description["features"]]
        self._readings = {name: Reading.of(each) for name, each in description.get("columns", {}).items()}
        self._estimator = estimator

    @classmethod
    def load(cls, folder: str | Path, threads: int = 0) -> "Model":
        """Load a model's data folder; `threads` is for prediction, 0 for as many as there are.

        Raises ValueError if the folder was written by a newer Modelyard.
        """
        folder = Path(folder)
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        if description["format"] > FORMAT:
            raise ValueError(f"The model has format {description['format']}; this code reads up to {FORMAT}.")
        estimator = load_estimator(folder, description["estimator"], len(description["classes"]), threads)
        return cls(description, estimator)

    def encode(self, table: pd.DataFrame) -> Matrix:
        """The model's matrix for a table; a column that is not there is imputed, and unknown columns are ignored.

        Raises InvalidInputError if no input is there, or a value cannot be read.
        """
        if not any(encoder.column in table.columns for encoder in self.encoders):
            expected = ", ".join(encoder.column for encoder in self.encoders[:20])
            raise InvalidInputError(f"The table has none of the model's inputs. They are: {expected}.")
        blocks = []
        for encoder in self.encoders:
            if encoder.column in table.columns:
                series = table[encoder.column]
                if isinstance(series, pd.DataFrame):
                    raise InvalidInputError(f"The table has two columns named '{encoder.column}'.")
                blocks.append(encoder.encode(encoder.read(self._read(series, encoder.column))))
            else:
                blocks.append(encoder.encode_missing(len(table)))
        return join_columns(blocks)

    @property
    def input_columns(self) -> list[str]:
        """The columns that the model reads, each once."""
        return list(dict.fromkeys(encoder.column for encoder in self.encoders))

    def missing_inputs(self, table: pd.DataFrame) -> list[str]:
        """Inputs that a table lacks; values are filled in for them."""
        return [name for name in self.input_columns if name not in table.columns]

    def _read(self, series: "pd.Series[Any]", column: str) -> "pd.Series[Any]":
        reading = self._readings.get(column)
        return series if reading is None else reading.read(series)

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow's
        """Predict rows: `<target>_predictions`, and for classes `_probability` and one `_probabilities_<class>` each.

        `model_input` is a DataFrame, or what one can be made of: rows, or columns by name.
        """
        table = model_input if isinstance(model_input, pd.DataFrame) else pd.DataFrame(model_input)
        return self.present(self._predict_matrix(self.encode(table)), table.index)

    def _predict_matrix(self, matrix: Matrix) -> Any:
        if matrix.shape[0] == 0:
            return np.empty((0, len(self.classes))) if self.classes else np.empty(0)
        return self._estimator.predict(matrix)

    def present(self, predicted: Any, index: Any = None) -> pd.DataFrame:
        """The answer for probabilities shaped (rows, classes), or numbers shaped (rows,)."""
        if not self.classes:
            return pd.DataFrame({f"{self.target}_predictions": predicted}, index=index)
        chosen = predicted.argmax(axis=1)
        values = pd.Series(self.classes)
        columns = {
            f"{self.target}_predictions": values.to_numpy()[chosen],
            f"{self.target}_probability": predicted.max(axis=1),
        }
        for position, label in enumerate(class_labels(self.classes)):
            columns[f"{self.target}_probabilities_{label}"] = predicted[:, position]
        return pd.DataFrame(columns, index=index)

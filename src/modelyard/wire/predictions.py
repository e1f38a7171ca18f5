"""Predictions: rows in, an answer for each out."""

import json
from typing import Any, Self

from pydantic import Field, model_validator

from modelyard.wire.base import Record, Request, example

_MAX_ROWS = 10_000
_MAX_HEADER_LENGTH = 2000
_FORMS_OF_ROWS = ("rows", "dataframe_records", "dataframe_split", "instances", "inputs")

MISSING_INPUTS_HEADER = "X-Modelyard-Missing-Inputs"
"""Of an answer to a prediction: the model's inputs that the table lacks, as `missing_inputs_header` writes them."""


class MissingInputs(Record):
    count: int
    names: list[str] = Field(description="The first of them.")


def missing_inputs_header(names: list[str]) -> str:
    """A header's value: a JSON object in ASCII, short enough for every server on the way."""
    shown: list[str] = []
    for name in names:
        if len(json.dumps([*shown, name])) > _MAX_HEADER_LENGTH:
            break
        shown.append(name)
    return json.dumps(MissingInputs(count=len(names), names=shown).model_dump())


class SplitRows(Request):
    """As pandas writes a table with `to_dict("split")`."""

    columns: list[str]
    data: list[list[Any]] = Field(min_length=1, max_length=_MAX_ROWS)
    index: list[Any] | None = None


class PredictRequest(Request):
    """Rows to predict: objects that map column names to values, or one of the forms of MLflow's scoring servers."""

    model_config = example(rows=[{"petal_length": 1.4, "petal_width": 0.2}])

    rows: list[dict[str, Any]] | None = Field(default=None, min_length=1, max_length=_MAX_ROWS)
    dataframe_records: list[dict[str, Any]] | None = Field(default=None, min_length=1, max_length=_MAX_ROWS)
    dataframe_split: SplitRows | None = None
    instances: list[dict[str, Any]] | list[list[Any]] | None = Field(
        default=None, min_length=1, max_length=_MAX_ROWS, description="Lists have a value for each input, in order."
    )
    inputs: dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]] | None = Field(
        default=None, min_length=1, description="Values by column; or as `instances`."
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [name for name in _FORMS_OF_ROWS if getattr(self, name) is not None]
        if len(forms) != 1:
            raise ValueError(f"give rows in exactly one of the forms {', '.join(_FORMS_OF_ROWS)}")
        lengths = [len(values) for values in self.inputs.values()] if isinstance(self.inputs, dict) else []
        count = max(lengths, default=0) if lengths else len(self.inputs or [])
        if count > _MAX_ROWS:
            raise ValueError(f"inputs must have at most {_MAX_ROWS} rows")
        if len(set(lengths)) > 1:
            raise ValueError("inputs must have as many values for each column")
        return self


class PredictResponse(Record):
    """One object per row, with the columns `<target>_predictions`, `<target>_probability`, ..."""

    columns: list[str]
    rows: list[dict[str, Any]]
    missing_inputs: list[str] = Field(default=[], description="Inputs that the rows lack; values were filled in.")
    duration_ms: float

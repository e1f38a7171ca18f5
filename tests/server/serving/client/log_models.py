"""Logs models with the unmodified MLflow client, registers them, and prints what each predicts for some rows.

usage: log_models.py <tracking uri> <name>...
"""

import json
import os
import sys
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

ROWS = pd.DataFrame(
    {
        "age": [float(index % 40) for index in range(80)],
        "visits": [index % 7 for index in range(80)],
        "city": ["Ulm" if index % 3 else "Oslo" for index in range(80)],
    }
)
NUMBERS = ROWS[["age", "visits"]]
TARGET = np.where(ROWS["age"] + 5 * ROWS["visits"] > 35, "high", "low")
SCORE = ROWS["age"] * 2 + ROWS["visits"]


class Doubled(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        return pd.DataFrame({"twice": model_input["age"] * 2, "name": "x"})


def pipeline() -> Any:
    return make_pipeline(
        make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough"), LogisticRegression(max_iter=500)
    ).fit(ROWS, TARGET)


def log(name: str) -> Any:
    signature, registered = infer_signature(NUMBERS, SCORE), {"registered_model_name": name}
    linear = LinearRegression().fit(NUMBERS, SCORE)
    if name == "classes":
        model = pipeline()
        mlflow.sklearn.log_model(model, name="m", signature=infer_signature(ROWS, model.predict(ROWS)), **registered)
        return model.predict(ROWS[:4]).tolist()
    if name == "booster":
        model = lightgbm.train({"verbose": -1, "num_threads": 1}, lightgbm.Dataset(NUMBERS, SCORE), 5)
        mlflow.lightgbm.log_model(model, name="m", signature=signature, **registered)
        return model.predict(NUMBERS[:4]).tolist()
    if name == "pickled":
        options = {"serialization_format": "cloudpickle"}
        mlflow.sklearn.log_model(linear, name="m", signature=signature, **options, **registered)
        return linear.predict(NUMBERS[:4]).tolist()
    if name == "lacking":
        wanted = ["mlflow", "scikit-learn==0.24.2", "no-such-package-of-ours==1.2.3", "numpy"]
        mlflow.sklearn.log_model(linear, name="m", signature=signature, pip_requirements=wanted, **registered)
    if name == "unsigned":
        mlflow.sklearn.log_model(linear, name="m", **registered)
    if name == "crafted":
        steps = make_pipeline(FunctionTransformer(os.system), linear)
        trusted = {"skops_trusted_types": [f"{os.system.__module__}.system"]}
        mlflow.sklearn.log_model(steps, name="m", signature=signature, **trusted, **registered)
    if name == "custom":
        outputs = pd.DataFrame({"twice": [1.0], "name": ["x"]})
        given = infer_signature(NUMBERS[["age"]], outputs)
        mlflow.pyfunc.log_model(name="m", python_model=Doubled(), signature=given, **registered)
        return (NUMBERS["age"][:4] * 2).tolist()
    return None


mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("models")
with mlflow.start_run():
    predictions = {name: log(name) for name in sys.argv[2:]}
sys.stdout.write(f"\n{json.dumps(predictions)}\n")

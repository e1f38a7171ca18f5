"""How long a diff of two versions takes whose rendered configs have 5,000 lines each.

    python benchmarks/config_diff.py [features] [runs]

A model of many features is registered, with one training over HTTP; the second version is a copy of its rows with the
features in another order, some of them changed, added and removed. Asked with the side by side text of both configs.
"""

import json
import random
import sqlite3
import statistics
import sys
import time

import psutil
from support import server, wait_for_end


def main() -> None:
    features = int(sys.argv[1]) if len(sys.argv) > 1 else 555
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    names = [f"column_{index}" for index in range(features)]
    rows = [[(index * 7919 + row * 104_729) % 97 for index in range(features)] for row in range(60)]
    table = "\n".join([",".join([*names, "y"]), *(",".join(map(str, [*row, row[0] % 2])) for row in rows)])
    config = {
        "model_type": "linear",
        "input_features": [{"name": name, "type": "number"} for name in names],
        "output_features": [{"name": "y", "type": "binary"}],
    }
    with server() as (client, process, data_dir):
        uploaded = client.post(
            "projects/default/datasets/t/versions", params={"filename": "t.csv"}, content=table.encode()
        )
        uploaded.raise_for_status()
        for _ in range(2):
            body = {"config": config, "dataset": "t"}
            client.post("projects/default/models/wide/versions", json=body).raise_for_status()
        for number in (1, 2):
            wait_for_end(client, f"wide/versions/{number}")
        with sqlite3.connect(data_dir / "modelyard.db", timeout=30) as connection:
            (text,) = connection.execute("SELECT rendered_config FROM version_details ORDER BY version_id").fetchone()
            connection.execute(
                "UPDATE version_details SET rendered_config = ? WHERE version_id = (SELECT max(id) FROM versions)",
                (json.dumps(_changed(json.loads(text))),),
            )
        path = "projects/default/models/wide/versions/1/diff"
        for title, params in (("with both texts", {"other": 2, "lines": True}), ("changes alone", {"other": 2})):
            walls, used = [], []
            for _ in range(runs):
                before, began = _cpu(process), time.perf_counter()
                answer = client.get(path, params=params).raise_for_status()
                walls.append(1000 * (time.perf_counter() - began))
                used.append(1000 * (_cpu(process) - before))
            found = answer.json()["config_rendered"]
            print(
                f"{title:18} {statistics.median(walls):6.0f} ms, processor {statistics.median(used):5.0f} ms; "
                f"{len(found['lines']):,} rows, {len(found['changes'])} changes, {len(answer.content) / 2**20:.1f} MiB"
            )


def _changed(config: dict[str, object]) -> dict[str, object]:
    chance = random.Random(0)
    items = config["input_features"]
    assert isinstance(items, list)
    chance.shuffle(items)
    for item in items[:50]:
        item["preprocessing"]["normalization"] = "minmax"
    items[50]["name"] = "another"
    del items[51]
    return config


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()

"""The lineage of a model with 10,000 versions as JSON, and of one version at the end of its longest line.

    python benchmarks/lineage.py [versions] [runs]

Versions are made from one another as people do it: most from the one before, some from an older one, every seventh with
the same config again. Every hundredth was deleted. Shown are the time of an answer and the server's own processor time,
which says more where others use the machine.
"""

import sqlite3
import statistics
import sys
import time

import psutil
from support import server
from versions_page import fill


def shape(database: str, versions: int) -> None:
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute(
            "UPDATE versions SET parent = CASE WHEN number % 10 = 0 THEN max(1, number - 37) ELSE number - 1 END "
            "WHERE number > 1"
        )
        connection.execute(
            "INSERT OR IGNORE INTO version_details (version_id, given_config, rendered_config) "
            "SELECT v.id, CASE WHEN v.number % 7 = 0 THEN d.given_config "
            "ELSE replace(d.given_config, 'linear', 'linear' || v.number) END, d.rendered_config "
            "FROM versions v, (SELECT * FROM version_details ORDER BY version_id LIMIT 1) d"
        )
        gone = f"number % 100 = 0 AND number < {versions}"
        connection.execute(
            "INSERT INTO deleted_versions (model_id, number, parent, created_at, created_by, deleted_at, deleted_by) "
            "SELECT model_id, number, parent, created_at, created_by, created_at, created_by FROM versions "
            f"WHERE {gone}"
        )
        connection.execute(f"DELETE FROM versions WHERE {gone}")
        connection.execute("ANALYZE")


def main() -> None:
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with server() as (client, process, data_dir):
        fill(client, data_dir / "modelyard.db", versions)
        shape(str(data_dir / "modelyard.db"), versions)
        model = "projects/default/models/big"
        for title, path, params in (
            ("all versions of the model", f"{model}/lineage", {"limit": versions}),
            ("all, with their data", f"{model}/lineage", {"limit": versions, "data": True}),
            ("all of every hundredth minute", f"{model}/lineage", {"status": "Failed"}),
            ("origins of the newest, 1,000", f"{model}/versions/{versions}/lineage", {"direction": "origins"}),
            ("uses of the first, 10,000", f"{model}/versions/1/lineage", {"limit": 10_000, "depth": 20_000}),
        ):
            walls, used = [], []
            for _ in range(runs):
                before, began = _cpu(process), time.perf_counter()
                answer = client.get(path, params=params).raise_for_status()
                walls.append(1000 * (time.perf_counter() - began))
                used.append(1000 * (_cpu(process) - before))
            graph = answer.json()
            print(
                f"{title:32} {statistics.median(walls):7.0f} ms, processor {statistics.median(used):5.0f} ms; "
                f"{len(graph['nodes']):,} nodes, {len(graph['edges']):,} edges, {len(answer.content) / 2**20:.1f} MiB"
            )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()

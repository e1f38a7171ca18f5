"""How soon the versions table of a model with 10,000 versions can be used, in a real browser.

    python benchmarks/versions_page.py [versions] [runs]

From the start of navigation, with an empty cache, to the moment when the newest version's row is drawn and the next
animation frame has passed: the page is interactive then. Also the API's own time for a page of the table.
"""

import sqlite3
import statistics
import sys
import time
from pathlib import Path

import httpx
from browser import BROWSER, QUIET, open_table
from playwright.sync_api import sync_playwright
from support import server


def fill(client: httpx.Client, database: Path, versions: int) -> None:
    """One version through the API, the rest as copies of its rows with numbers and times of their own."""
    table = b"x,y\n" + b"".join(b"%d,%d\n" % (n, n % 2) for n in range(50))
    client.post("projects/default/datasets/t/versions", params={"filename": "t.csv"}, content=table).raise_for_status()
    config = {
        "model_type": "linear",
        "input_features": [{"name": "x", "type": "number"}],
        "output_features": [{"name": "y", "type": "binary"}],
    }
    client.post("projects/default/models/big/versions", json={"config": config, "dataset": "t"}).raise_for_status()
    while client.get("projects/default/models/big/versions/1").json()["status"] != "Ready":
        time.sleep(0.2)
    with sqlite3.connect(database, timeout=30) as connection:
        for table_name, own in (
            ("runs", {"run_id": "printf('%032x', n.i)"}),
            (
                "versions",
                {
                    "number": "n.i",
                    "run": "(SELECT id FROM runs WHERE run_id = printf('%032x', n.i))",
                    "run_id": "printf('%032x', n.i)",
                    "created_at": "t.created_at + n.i * 1000",
                    "metric_value": "0.5 + (n.i * 7919 % 5000) / 10000.0",
                    "description": "'learning rate ' || (n.i % 97)",
                    "semver": "'1.0.' || (n.i - 1)",
                },
            ),
        ):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table_name})") if row[1] != "id"]
            values = ", ".join(own.get(column, f"t.{column}") for column in columns)
            connection.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {versions}) "
                f"INSERT INTO {table_name} ({', '.join(columns)}) SELECT {values} FROM n, "
                f"(SELECT * FROM {table_name} ORDER BY id LIMIT 1) AS t"
            )
        connection.execute("UPDATE models SET last_number = ?, latest_number = ?, version_count = ?", [versions] * 3)


def main() -> None:
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with server() as (client, _, data_dir), sync_playwright() as playwright:
        fill(client, data_dir / "modelyard.db", versions)
        for sort in ("number", "metric", "duration", "description"):
            path = "projects/default/models/big/versions"
            took = []
            for _ in range(runs):
                began = time.perf_counter()
                client.get(path, params={"sort": sort, "order": "desc", "limit": 100}).raise_for_status()
                took.append(1000 * (time.perf_counter() - began))
            print(f"API, 100 of {versions:,} by {sort:12} {statistics.median(took):7.1f} ms")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        url = str(client.base_url).removesuffix("/api/v1/")
        opened = []
        for _ in range(runs):
            page, milliseconds = open_table(browser, f"{url}/p/default/models/big", str(versions))
            opened.append(milliseconds)
            page.context.close()
        browser.close()
        print(f"page interactive: median {statistics.median(opened):.0f} ms, slowest {max(opened):.0f} ms of {runs}")


if __name__ == "__main__":
    main()

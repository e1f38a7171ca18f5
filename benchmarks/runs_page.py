"""How the table of an experiment with 100,000 runs feels in a real browser: how soon it is there, how smooth.

    python benchmarks/runs_page.py [runs] [columns]

Runs have 10 params and 10 metrics; those of a second experiment have `columns` metrics, all of which are shown.
From the start of navigation, with an empty cache, to the first row; then a mouse wheel turns in small steps for some
seconds, down (where further pages of runs arrive) and to the right, and the time between frames is taken.
"""

import statistics
import sys

from browser import BROWSER, QUIET, open_table
from bulk_load import RUNS_A_PIECE, Loading, ndjson, run_line, run_lines
from playwright.sync_api import Page, sync_playwright
from support import server

WIDE_RUNS = 2000
TURNS = 150
STEP_PIXELS = 120
LATE_MS = 50
"""A frame that comes later than this is seen as a stutter."""


def frames_while_turning(page: Page, right: int, down: int) -> list[float]:
    """Milliseconds between frames while the wheel turns."""
    page.mouse.move(900, 500)
    page.evaluate(
        """() => {
          const frames = window.frames_ = []
          let last = performance.now()
          const next = (now) => { frames.push(now - last); last = now; window.turning_ = requestAnimationFrame(next) }
          window.turning_ = requestAnimationFrame(next)
        }"""
    )
    for _ in range(TURNS):
        page.mouse.wheel(right, down)
        page.wait_for_timeout(12)
    frames: list[float] = page.evaluate("() => { cancelAnimationFrame(window.turning_); return window.frames_ }")
    return frames[1:]


def told(name: str, frames: list[float]) -> str:
    ordered = sorted(frames)
    late = sum(frame > LATE_MS for frame in frames)
    return (
        f"{name:<28} {1000 / statistics.mean(frames):5.0f} frames/s, median {statistics.median(frames):5.1f} ms, "
        f"p95 {ordered[int(0.95 * len(ordered))]:6.1f} ms, slowest {ordered[-1]:6.1f} ms, {late} of {len(frames)} late"
    )


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    columns = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    with server() as (client, _, _data_dir), sync_playwright() as playwright:
        loading = Loading(client)
        loading.experiment("a")
        loading.experiment("d")
        loading.send_all(run_lines, [("a", first) for first in range(0, runs, RUNS_A_PIECE)], 50)
        metrics = [f"metric_{key:03}" for key in range(columns)]
        loading.send(ndjson(run_line("d", index, {}, metrics) for index in range(WIDE_RUNS)))
        ids = loading.experiment_ids()
        base = str(client.base_url).removesuffix("/api/v1/") + "/p/default/experiments"
        shown = ",".join(["status", "started", *(f"metrics.{name}" for name in metrics)])
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        for name, url in {
            f"{runs:,} runs": f"{base}/{ids['a']}",
            f"{columns} columns": f"{base}/{ids['d']}?columns={shown}",
        }.items():
            page, milliseconds = open_table(browser, url)
            print(f"{name}: interactive after {milliseconds:.0f} ms")
            print(told("  down", frames_while_turning(page, 0, STEP_PIXELS)))
            print(told("  to the right", frames_while_turning(page, STEP_PIXELS, 0)), flush=True)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()

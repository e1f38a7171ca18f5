"""From the worker's `log_metric` to the pixel: how late a live learning curve is, in a real browser.

    python benchmarks/live_curve.py [seconds]

A training logs points while its page is open. For every batch of points that reaches the page, the time from the
newest point's timestamp (taken in the worker, on this machine's clock) to the frame after the chart's canvas has drawn
again. Then a curve of 10,000 points: how many points the server sends, and how long the page takes to draw it.
"""

import statistics
import sys
import time

import httpx
from browser import BROWSER, QUIET
from playwright.sync_api import sync_playwright
from support import server

# Notes the newest timestamp of each batch, and when the first drawing after it is on the screen.
OBSERVE = """
window.waiting = null; window.delays = [];
const Source = window.EventSource;
window.EventSource = class extends Source {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (message) => {
      const event = JSON.parse(message.data);
      if (event.type !== "metrics.logged") return;
      const times = Object.values(event.points).flat().map((point) => point.timestamp_ms);
      if (times.length) window.waiting = Math.max(...times);
    });
  }
};
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...given) {
  if (window.waiting !== null) {
    const logged = window.waiting; window.waiting = null;
    requestAnimationFrame(() => setTimeout(() => window.delays.push(Date.now() - logged)));
  }
  return stroke.apply(this, given);
};
"""


def start_training(client: httpx.Client, epochs: int) -> None:
    table = b"a,b,y\n" + b"".join(b"%d,%d,%d\n" % (n, n * 7 % 31, n * 7 % 31 > 15) for n in range(400))
    client.post("projects/default/datasets/t/versions", params={"filename": "t.csv"}, content=table).raise_for_status()
    config = {
        "model_type": "mlp",
        "input_features": [{"name": "a", "type": "number"}, {"name": "b", "type": "number"}],
        "output_features": [{"name": "y", "type": "binary"}],
        "trainer": {"epochs": epochs, "early_stop": -1},
    }
    client.post("projects/default/models/live/versions", json={"config": config, "dataset": "t"}).raise_for_status()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    version = "projects/default/models/live/versions/1"
    with server() as (client, _, _), sync_playwright() as playwright:
        start_training(client, 10_000)
        while client.get(version).json()["status"] != "Training":
            time.sleep(0.1)
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(OBSERVE)
        address = f"{str(client.base_url).removesuffix('/api/v1/')}/p/default/models/live/versions/1?tab=training"
        page.goto(address)
        page.locator("canvas").first.wait_for()
        page.evaluate("() => { window.delays.length = 0 }")
        page.wait_for_timeout(1000 * seconds)
        delays = sorted(page.evaluate("() => window.delays"))
        print(
            f"{len(delays)} drawings: log_metric to pixel median {statistics.median(delays):.0f} ms, "
            f"95 % {delays[int(0.95 * len(delays))]:.0f} ms, slowest {delays[-1]:.0f} ms"
        )
        while client.get(version).json()["status"] not in ("Ready", "Failed", "Canceled"):
            time.sleep(0.5)
        curves = client.get(f"{version}/curves", params={"max_points": 500}).json()["curves"]
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(address)
        page.locator("canvas").first.wait_for()
        print(
            f"{max(curve['point_count'] for curve in curves):,} points a curve: at most "
            f"{max(len(curve['points']) for curve in curves)} sent, drawn after {time.perf_counter() - began:.2f} s"
        )
        browser.close()


if __name__ == "__main__":
    main()

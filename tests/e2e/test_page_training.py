"""A training as it is watched, stopped, and as it fails."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.material import FAILING_CONFIG, LONG_CONFIG, SOLD_CONFIG, Workshop
from tests.server.training.playing import PlayedWorker, Yard, sleeping_worker
from tests.support.server import ModelyardServer
from tests.support.waiting import wait_until

SLOW_MS = 90_000


def state(page: Page) -> Locator:
    """The bar with the heading, the status and what can be done."""
    return page.get_by_role("main").locator("header").first


def drawn_rows(page: Page, chart: str) -> int:
    """How many points a chart says that it shows."""
    label = page.get_by_role("img", name=re.compile(f"^{chart}: chart of")).get_attribute("aria-label")
    found = re.search(r"(\d+) rows$", label or "")
    assert found, label
    return int(found[1])


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Yard]:
    """A server with one slot, whose workers the test plays, so that it decides when what happens."""
    script = sleeping_worker(tmp_path)
    own = ModelyardServer(tmp_path / "data", worker_python=script, engine_slots=1, worker_timeout_seconds=60).start()
    yield Yard(own, script).upload()
    own.stop()


def test_a_real_training_is_watched_and_canceled(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours")
    workshop.train("sold", LONG_CONFIG, "colours")
    page = open_page(f"{workshop.page}/models/sold/versions/1?tab=training")
    expect(state(page)).to_contain_text("Training", timeout=SLOW_MS)
    chart = page.get_by_role("img", name=re.compile("^Log loss: chart of train, validation"))
    expect(chart).to_be_visible(timeout=SLOW_MS)
    before = drawn_rows(page, "Log loss")
    wait_until(lambda: drawn_rows(page, "Log loss") > before)
    expect(
        page.get_by_role("region", name=re.compile(r"^Log, \d+ lines$")).get_by_role("listitem").first
    ).to_be_visible()
    expect(state(page).get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("navigation", name="Parts of the version").locator("[aria-current=page]")).to_have_text(
        "Training"
    )
    expect(chart).to_be_visible()
    # The server thins out a long curve.
    assert drawn_rows(page, "Log loss") >= min(before, 500)
    page.get_by_role("button", name="Cancel").click()
    expect(state(page)).to_contain_text(re.compile("Canceling|Canceled"))
    expect(state(page)).to_contain_text("Canceled", timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Retrain")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("region", name="Canceled")).to_contain_text("What it had logged is kept")


def test_a_failed_training_tells_the_step_and_what_to_do(
    open_page: Callable[..., Page], new_server: Callable[..., ModelyardServer]
):
    # Its worker is no fork of a ready one, whose memory is not what the engine measures.
    own = new_server().start()
    with own.client() as http:
        workshop = Workshop(http, "default")
        workshop.upload("colours")
        workshop.train("sold", FAILING_CONFIG, "colours")
    page = open_page(f"{workshop.page}/models/sold/versions/1", of=own)
    expect(state(page)).to_contain_text("Failed", timeout=SLOW_MS)
    failure = page.get_by_role("region", name="Failure")
    expect(failure.get_by_role("heading")).to_have_text(re.compile("^Failed in the step (Queued|Preprocessing)"))
    expect(failure).to_contain_text("64 MiB")
    expect(failure).to_contain_text("out_of_memory")
    failure.get_by_role("link", name="See the log").click()
    expect(page.get_by_role("heading", name="Log")).to_be_visible()
    page.get_by_role("link", name="Evaluation").click()
    expect(page.get_by_role("heading", name="No evaluation")).to_be_visible()
    expect(page.get_by_text("The training failed before the step Evaluating finished.")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    failure.get_by_role("link", name="Change the config and try again").click()
    expect(page.get_by_role("textbox", name="Config as YAML")).to_contain_text(f"memory_limit_bytes: {64 * 2**20}")


def test_each_step_shows_without_a_reload(open_page: Callable[..., Page], played: Yard):
    played.train(description="watched")
    page = open_page("/p/default/models/m/versions/1", of=played.server)
    expect(state(page)).to_contain_text("Queued")
    worker = played.worker()
    worker.start()
    for step, fraction in [("Preprocessing", 0.1), ("Training", 0.25), ("Evaluating", 0.7), ("Visualizing", 0.8)]:
        worker.report(status=step, fraction=fraction, message=f"in {step}", remaining_ms=61_000)
        expect(state(page)).to_contain_text(step)
        expect(state(page)).to_contain_text(f"{fraction:.0%} · in {step} · about 1m 01s left")
        expect(
            page.get_by_role("region", name="Timeline").get_by_role("listitem").filter(has_text=step)
        ).to_contain_text(re.compile(r"\d(ms|s)"))
        if step == "Training":
            _log_live(page, worker)
    worker.complete()
    expect(state(page)).to_contain_text("Ready")
    expect(page.get_by_role("region", name="Metrics")).to_contain_text("0.9000")
    expect(page.get_by_role("link", name="Download", exact=True)).to_be_visible()


def _log_live(page: Page, worker: PlayedWorker) -> None:
    """Curves and log lines come as they are reported, and the log can be searched."""
    page.get_by_role("link", name="Training", exact=True).click()
    expect(page.get_by_role("heading", name="Learning curves")).to_be_visible()
    for step in range(3):
        points = [_point(f"{split}_log_loss", 1 / (step + 1), step) for split in ("train", "validation")]
        worker.report(metrics=points, log=[{"timestamp_ms": _NOW, "text": f"round {step} is over"}])
        chart = re.compile(rf"^Log loss: chart of train, validation by .*, {step + 1} rows$")
        # A single point draws no line: its values are written.
        value = page.get_by_role("region", name="Log loss").get_by_text("1.000").first
        expect(page.get_by_role("img", name=chart) if step else value).to_be_visible()
        expect(page.get_by_text(f"round {step} is over")).to_be_visible()
    page.get_by_role("textbox", name="Search the log").fill("ROUND 1")
    expect(page.get_by_text("1 match", exact=True)).to_be_visible()
    expect(page.get_by_text("round 0 is over")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the log").click()
    assert "round 2 is over" in Path(download.value.path()).read_text()
    page.get_by_role("link", name="Overview").click()


_NOW = 1_790_000_000_000


def _point(key: str, value: float, step: int) -> dict[str, Any]:
    return {"key": key, "value": value, "step": step, "timestamp_ms": _NOW + step}


def test_what_happens_before_the_page_listens_is_shown_too(open_page: Callable[..., Page], played: Yard):
    played.train(description="watched")
    page = open_page("/p/default/models", of=played.server)
    held: list[Route] = []
    streams = "**/events?topic=version*"
    # A bound method of a list cannot bear Playwright's mark.
    page.route(streams, lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request(streams):
        page.goto("/p/default/models/m/versions/1")
    expect(state(page)).to_contain_text("Queued")
    played.worker().go_to("Preprocessing")
    assert held
    for stream in held:
        stream.continue_()
    expect(state(page)).to_contain_text("Preprocessing")


def test_the_queue_shows_who_waits_and_moves_on(open_page: Callable[..., Page], played: Yard):
    first = Yard(played.server, played.tokens.parent / "worker", "first")
    second = Yard(played.server, played.tokens.parent / "worker", "second")
    first.train()
    worker = first.worker()
    worker.go_to("Training")
    second.train()
    second.train()
    page = open_page("/p/default/engines", of=played.server)
    engine = page.get_by_role("article", name="Engine local")
    running = engine.get_by_role("region", name="Running").get_by_role("listitem")
    queue = engine.get_by_role("region", name="Queue").get_by_role("listitem")
    expect(running).to_have_count(1)
    expect(running).to_contain_text("first #1")
    expect(running).to_contain_text("Training")
    expect(queue).to_have_count(2)
    expect(queue.first).to_contain_text("next in line")
    expect(queue.last).to_contain_text("1 ahead of it")
    expect(engine).to_contain_text("1 of 1")
    waiting = open_page("/p/default/models/second/versions/1", of=played.server)
    expect(waiting.get_by_role("region", name="Queue")).to_contain_text("Next in line")
    engine.get_by_role("button", name="Cancel second/2").click()
    expect(queue).to_have_count(1)
    engine.get_by_role("button", name="Cancel first/1").click()
    expect(running).to_contain_text("Canceling")
    assert worker.report()["cancel"]
    assert worker.finish("Canceled").status_code == 204
    worker.end()
    expect(running).to_contain_text("second #1", timeout=SLOW_MS)
    expect(queue).to_have_count(0)
    moved_on = second.worker()
    moved_on.go_to("Preprocessing")
    expect(waiting.get_by_role("region", name="Queue")).to_be_hidden()
    expect(state(waiting)).to_contain_text("Preprocessing")
    moved_on.complete()
    expect(running).to_have_count(0)
    expect(engine).to_contain_text("0 of 1")


def test_a_short_training_is_ready_while_the_list_is_open(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours")
    page = open_page(f"{workshop.page}/models")
    expect(page.get_by_role("heading", name="No models yet")).to_be_visible()
    workshop.train("sold", SOLD_CONFIG, "colours")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="sold"))
    expect(row).to_contain_text("#1")
    expect(row).to_contain_text("Ready", timeout=SLOW_MS)
    expect(row).to_contain_text("ROC AUC")

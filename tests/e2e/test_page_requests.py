"""Every main page opens with few requests: in a browser that has cached nothing, from a server that is written to."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.laboratory import Laboratory
from tests.e2e.material import Study
from tests.support.browser import settle
from tests.support.server import ModelyardServer

MAX_REQUESTS = 12
"""The page's own document, its code, styles and fonts, what it asks the server for, and its stream of events."""

IDLE_MS = 400
"""After so long without a request, a page has asked for everything."""

STUDY = [
    "models",
    "models/flowers",
    "models/flowers?tab=lineage",
    "models/flowers/versions/1",
    "models/flowers/versions/2?tab=diff",
    "models/flowers/compare?v=1,2",
    "models/new",
    "models/new?dataset=flowers&target=species",
    "models/flowers/new?from=1",
    "datasets",
    "datasets/flowers",
    "datasets/flowers/versions/1",
    "datasets/flowers/versions/1?tab=rows",
    "prompts",
    "engines",
    "activity",
    "settings",
]
LABORATORY = [
    "experiments",
    "experiments/{churn}",
    "experiments/{churn}?tab=traces",
    "experiments/{churn}?tab=datasets",
    "runs",
    "runs/{one}",
    "runs/compare?run={one},{two}",
    "traces/{deep}",
    "evaluation-datasets/{questions}",
]


@pytest.fixture(scope="module")
def busy(server: ModelyardServer) -> Iterator[None]:
    """Something is written all the time, in a project that no page shows."""
    ended = threading.Event()
    with server.client() as http:
        http.post("projects", json={"name": "busy"}).raise_for_status()

        def write() -> None:
            count = 0
            while not ended.wait(0.02):
                count += 1
                http.patch("projects/busy", json={"description": f"Written {count} times"}).raise_for_status()

        writer = threading.Thread(target=write)
        writer.start()
        yield
        ended.set()
        writer.join()


def open_uncached(open_page: Callable[..., Page], path: str) -> list[str]:
    """What a page asks for until it has everything."""
    page = open_page("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path)
    settle(page)
    count = 0
    while count < len(requests):
        count = len(requests)
        page.wait_for_timeout(IDLE_MS)
    session.detach()
    return requests


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("place", STUDY)
def test_a_page_opens_with_few_requests(open_page: Callable[..., Page], study: Study, place: str):
    requests = open_uncached(open_page, f"{study.page}/{place}")
    assert len(requests) <= MAX_REQUESTS, requests


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("place", LABORATORY)
def test_a_page_of_runs_and_traces_opens_with_few_requests(open_page: Callable[..., Page], lab: Laboratory, place: str):
    ids = {"one": lab.runs["tree-19"], "two": lab.runs["tree-18"], **lab.experiments, **lab.traces, **lab.datasets}
    requests = open_uncached(open_page, f"{lab.page}/{place.format(**ids)}")
    assert len(requests) <= MAX_REQUESTS, requests


def test_charts_and_the_editor_load_where_they_are_shown(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/engines")
    settle(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    def is_loaded(code: str) -> bool:
        return any(code in url for url in requests)

    for place in ["models/flowers/versions/1", "datasets/flowers/versions/1?tab=rows"]:
        page.goto(f"{study.page}/{place}")
        settle(page)
        assert not is_loaded("echarts")
        assert not is_loaded("YamlEditor")
        assert not is_loaded("LineageGraph")
        assert not is_loaded("elk-worker")
    page.goto(f"{study.page}/models/flowers/compare?v=1,2")
    settle(page)
    assert not is_loaded("/curves")
    page.get_by_role("heading", name="Learning curves").scroll_into_view_if_needed()
    expect(page.get_by_role("region", name="Learning curves").locator("canvas").first).to_be_visible()
    assert is_loaded("echarts")
    assert is_loaded("/curves")

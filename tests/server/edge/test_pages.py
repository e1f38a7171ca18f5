"""The web page's files: what is there, what is a view of the page, and what is neither."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from modelyard.server.edge.pages import web_pages


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("the page")
    (folder / "assets" / "index-1.js").write_text("the script")
    (tmp_path / "secret").write_text("a secret")
    transport = httpx.ASGITransport(web_pages(folder))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


async def test_a_file_is_answered_and_kept_by_browsers(pages: httpx.AsyncClient):
    answer = await pages.get("/assets/index-1.js")
    assert (answer.status_code, answer.text) == (200, "the script")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/", "/p/fraud/models", "/" + "x" * 300, "/" + "x/" * 3000, "/a%00b", "/%ff", "/p/a%2Fb"]
)
async def test_any_other_path_is_a_view_of_the_page(pages: httpx.AsyncClient, path: str):
    answer = await pages.get(path)
    assert (answer.status_code, answer.text) == (200, "the page")


@pytest.mark.parametrize("path", ["/assets/missing.js", "/assets/" + "x" * 300, "/assets/", "/assets", "/assets/%00"])
async def test_an_asset_that_is_not_there_is_not_found(pages: httpx.AsyncClient, path: str):
    answer = await pages.get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("way", ["/%2e%2e/", "/..%2f", "/assets/%2e%2e/%2e%2e/", "/%2e%2e%5c"])
async def test_a_path_that_leads_elsewhere_does_not_tell_what_is_there(pages: httpx.AsyncClient, way: str):
    there, missing = await pages.get(f"{way}secret"), await pages.get(f"{way}nothing")
    assert (there.status_code, there.text) == (missing.status_code, missing.text) == (200, "the page")


async def test_nothing_is_sent_to_the_page(pages: httpx.AsyncClient):
    assert (await pages.post("/")).status_code == 405

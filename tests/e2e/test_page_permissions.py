"""What the page offers to callers of few rights: nothing that would be refused, and where they may all, everything."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from modelyard.server.access.permissions import Permission
from tests.support.browser import accessibility_faults, settle
from tests.support.identities import GuardedServer
from tests.support.receiver import SETTINGS

PROJECT = "study"
READ = [str(permission) for permission in Permission if permission.endswith(":read")]
USERS: dict[str, dict[str, list[str]] | str] = {
    "admin": "admin",
    "reader": {PROJECT: READ, "": READ},
    "modeler": {PROJECT: ["project:project:read", "project:models:read"]},
}
ON_PAGES = ["Models", "Datasets", "Experiments", "Prompts", "Engines", "Activity", "Settings"]

WALK: list[tuple[str, list[str], list[str]]] = [
    ("models", ["New model"], ["More ways to make a model", "Edit description of flowers: empty"]),
    ("models/flowers", ["New version from latest", "Star flowers/1"], ["Edit description of version 1: Boosted trees"]),
    ("models/flowers?tab=settings", ["Delete model"], ["Edit description of the model: empty"]),
    ("models/flowers?selected=1,2", [], ["Archive", "Delete"]),
    (
        "models/flowers/versions/1",
        ["Star flowers/1", "Retrain", "New version from this", "Predict species"],
        ["Edit description of the version: Boosted trees"],
    ),
    ("datasets", ["Upload dataset"], []),
    ("datasets/flowers", ["Train a model", "Upload version"], ["More actions", "Edit description: empty"]),
    ("datasets/flowers/versions/1", ["Train a model"], ["Type of petal: number"]),
    ("experiments", ["New experiment"], ["Actions for tried", "Edit description of tried: empty"]),
    (
        "experiments/{experiment}",
        [],
        ["More actions", "Rename the experiment", "Edit description of the experiment: empty"],
    ),
    ("runs/{run}", [], ["More actions", "Rename the run", "Add tag"]),
    (
        "settings",
        ["New webhook", "Delete project…"],
        ["Actions for deploys", "Edit description of the project: To look at"],
    ),
]
"""Pages, with what is disabled and what is left out for who only reads."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, study_data: Path) -> Iterator[GuardedServer]:
    data_dir = tmp_path_factory.mktemp("guarded") / "data"
    shutil.copytree(study_data, data_dir)
    server = GuardedServer(data_dir, **SETTINGS)
    server.allow(USERS)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ids(guarded: GuardedServer) -> dict[str, str]:
    """Of an experiment and a run, made in a project that has a webhook."""
    with guarded.client(headers={"Authorization": "Bearer admin"}) as http:
        hook = {"url": "http://127.0.0.1:9/", "name": "deploys", "events": ["model_version_tag.deleted"]}
        http.post(f"projects/{PROJECT}/webhooks", json=hook).raise_for_status()
        experiment = http.post(f"projects/{PROJECT}/experiments", json={"name": "tried"}).json()["id"]
        runs = f"{guarded.url}/projects/{PROJECT}/api/2.0/mlflow/runs/create"
        run = http.post(runs, json={"experiment_id": experiment, "run_name": "first"}).json()["run"]["info"]["run_id"]
    return {"experiment": experiment, "run": run}


@pytest.fixture
def open_as(open_page: Callable[..., Page], guarded: GuardedServer) -> Callable[[str], Page]:
    """Opens a page whose requests, its stream of events among them, bear a caller's token."""

    def open_with(token: str) -> Page:
        page = open_page("about:blank", of=guarded)
        page.context.set_extra_http_headers({"Authorization": f"Bearer {token}"})
        return page

    return open_with


def action(page: Page, name: str) -> Locator:
    """A button, or the link that looks like one."""
    button = page.get_by_role("button", name=name, exact=True)
    return button.or_(page.get_by_role("link", name=name, exact=True)).first


def visit(page: Page, place: str) -> None:
    page.goto(f"/p/{PROJECT}/{place}")
    settle(page)


def test_who_only_reads_is_offered_nothing_that_would_be_refused(open_as: Callable[[str], Page], ids: dict[str, str]):
    page = open_as("reader")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status in (401, 403) else None)
    for place, disabled, left_out in WALK:
        visit(page, place.format(**ids))
        for name in disabled:
            expect(action(page, name)).to_be_disabled()
        for name in left_out:
            expect(action(page, name)).to_have_count(0)
    visit(page, "models/flowers/versions/1")
    page.get_by_role("button", name="Actions for flowers/1").click()
    expect(page.get_by_role("menuitem")).to_have_text(
        ["Data Science Co-Pilot", "Download model", "Download log", "Copy ID", "Copy models:/ URI"]
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(ON_PAGES)
    assert refused == []


def test_who_sees_models_alone_asks_for_nothing_else(open_as: Callable[[str], Page]):
    page = open_as("modeler")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status in (401, 403) else None)
    for place in ["models", "models/flowers", "models/flowers/versions/1?tab=training", "models/flowers/versions/1"]:
        visit(page, place)
    page.get_by_role("heading", name="Try it").scroll_into_view_if_needed()
    settle(page)
    visit(page, "settings")
    expect(page.get_by_role("region", name="Webhooks")).to_have_count(0)
    assert refused == []


def test_who_may_all_is_offered_all(open_as: Callable[[str], Page], ids: dict[str, str]):
    page = open_as("admin")
    for place, disabled, left_out in WALK:
        visit(page, place.format(**ids))
        for name in [*disabled, *left_out]:
            expect(action(page, name)).to_be_enabled()


def test_a_button_says_which_permission_is_missing(open_as: Callable[[str], Page]):
    page = open_as("reader")
    visit(page, "models/flowers/versions/1")
    assert accessibility_faults(page) == []
    retrain = page.get_by_role("button", name="Retrain")
    retrain.focus()
    expect(page.get_by_role("tooltip")).to_have_text("This needs the permission project:models:train.")
    retrain.press("Enter")
    settle(page)
    assert page.url.endswith("/models/flowers/versions/1")


@pytest.mark.parametrize(
    ("place", "permission"),
    [
        ("datasets", "project:datasets:read"),
        ("experiments", "project:experiments:read"),
        ("engines", "server:engines:read"),
        ("activity", "project:activity:read"),
        ("models/new", "project:models:train"),
    ],
)
def test_a_page_that_may_not_be_seen_says_why(open_as: Callable[[str], Page], place: str, permission: str):
    page = open_as("modeler")
    visit(page, place)
    expect(page.get_by_role("main")).to_contain_text(f"This needs the permission {permission}.")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(
        ["Models", "Prompts", "Settings"]
    )
    assert accessibility_faults(page) == []


def test_a_new_project_is_offered_to_who_may_make_one(open_as: Callable[[str], Page]):
    page = open_as("reader")
    page.goto("/projects")
    expect(page.get_by_role("button", name="New project")).to_be_disabled()
    page.context.set_extra_http_headers({"Authorization": "Bearer admin"})
    page.reload()
    expect(page.get_by_role("button", name="New project")).to_be_enabled()

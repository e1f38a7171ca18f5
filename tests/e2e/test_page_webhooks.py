"""Webhooks on the settings page: made, tested, changed, followed and deleted."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.material import Workshop
from tests.support.browser import accessibility_faults, settle
from tests.support.receiver import Answer, Receiver, receiving

SECRET = "s3cret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def test_a_webhook_is_made_tested_and_changed(open_page: Callable[..., Page], workshop: Workshop, receiver: Receiver):
    page = open_page(f"{workshop.page}/settings")
    webhooks = page.get_by_role("region", name="Webhooks")
    expect(webhooks).to_contain_text("No webhooks.")
    webhooks.get_by_role("button", name="New webhook").click()
    form = page.get_by_role("dialog", name="New webhook")
    form.get_by_role("button", name="Create webhook").click()
    for complaint in ("Give it a name.", "Enter a URL.", "Choose at least one."):
        expect(form.get_by_text(complaint)).to_be_visible()
    form.get_by_label("Name").fill("deploy")
    form.get_by_label("URL").fill("ftp://example.com/")
    form.get_by_label("Version ready").check()
    form.get_by_label("Model created").check()
    form.get_by_label("Secret", exact=True).fill(SECRET)
    form.get_by_role("button", name="Create webhook").click()
    expect(form.get_by_text("must begin with https://")).to_be_visible()
    form.get_by_label("URL").fill(receiver.url)
    form.get_by_role("button", name="Create webhook").click()
    expect(form).to_be_hidden()
    row = webhooks.get_by_role("listitem", name="deploy")
    expect(row).to_contain_text(receiver.url)
    expect(row).to_contain_text("2 events")
    expect(row.get_by_label("signed", exact=True)).to_be_visible()

    row.get_by_role("button", name="Actions for deploy").click()
    page.get_by_role("menuitem", name="Send a test").click()
    test = page.get_by_role("dialog", name="Test deploy")
    receiver.answers = [Answer(500, body=b"not today"), Answer(200)]
    test.get_by_role("button", name="Send").click()
    expect(test.get_by_role("status")).to_contain_text("The response had status 500.")
    expect(test.get_by_role("status")).to_contain_text("not today")
    test.get_by_role("combobox", name="Event").select_option("registered_model.created")
    test.get_by_role("button", name="Send").click()
    expect(test.get_by_role("status")).to_contain_text("The response had status 200.")
    assert receiver.received[1].said["entity"] == "registered_model"
    assert receiver.received[1].is_signed_with(SECRET)
    test.get_by_role("button", name="Close").last.click()

    row.get_by_role("button", name="Actions for deploy").click()
    page.get_by_role("menuitem", name="Change").click()
    form = page.get_by_role("dialog", name="Change deploy")
    expect(form.get_by_label("URL")).to_have_value(receiver.url)
    expect(form.get_by_label("Version ready")).to_be_checked()
    expect(form.get_by_label("Secret", exact=True)).to_have_value("")
    form.get_by_label("Name").fill("ship")
    form.get_by_label("Remove the secret").check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    expect(webhooks.get_by_role("listitem", name="ship").get_by_label("not signed")).to_be_visible()


def test_deliveries_are_followed_and_replayed(open_page: Callable[..., Page], workshop: Workshop, receiver: Receiver):
    receiver.answers = [Answer(404, body=b"nobody here"), Answer(200, body=b"got it")]
    body = {"name": "chat", "url": receiver.url, "events": ["registered_model.created"]}
    workshop.http.post(f"projects/{workshop.project}/webhooks", json=body).raise_for_status()
    page = open_page(f"{workshop.page}/settings")
    row = page.get_by_role("listitem", name="chat")
    expect(row).to_contain_text("Nothing delivered yet")
    workshop.http.post(f"projects/{workshop.project}/models", json={"name": "iris"}).raise_for_status()
    expect(row).to_contain_text("Failed")
    row.get_by_role("button", name="Deliveries of chat").click()
    expect(page).to_have_url(re.compile(r"settings\?webhook="))
    log = page.get_by_role("dialog", name="Deliveries of chat")
    log.get_by_role("button", name=re.compile("Failed.*registered_model.created")).click()
    expect(log.get_by_role("region", name="Request")).to_contain_text('"name": "iris"')
    expect(log.get_by_role("region", name="Answer 1")).to_have_text("nobody here")
    settle(page)
    assert accessibility_faults(page) == []
    log.get_by_role("button", name="Replay").click()
    expect(log.get_by_role("region", name="Answer 2")).to_have_text("got it")
    expect(log.get_by_role("button", name=re.compile("Delivered.*registered_model.created"))).to_be_visible()
    log.get_by_text("Failed", exact=True).click()
    expect(log).to_contain_text("No delivery has failed.")
    page.reload()
    expect(page.get_by_role("dialog", name="Deliveries of chat")).to_contain_text("No delivery has failed.")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/settings$"))


def test_a_webhook_is_disabled_and_deleted(open_page: Callable[..., Page], workshop: Workshop, receiver: Receiver):
    path = f"projects/{workshop.project}/webhooks"
    body = {"name": "chat", "url": receiver.url, "events": ["registered_model.created"]}
    made = workshop.http.post(path, json=body).json()
    page = open_page(f"{workshop.page}/settings")
    active = page.get_by_role("switch", name="chat is active")
    expect(active).to_be_checked()
    # The switch moves before the server has answered.
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        active.uncheck(force=True)
    expect(active).not_to_be_checked()
    assert workshop.http.get(f"{path}/{made['id']}").json()["status"] == "disabled"
    page.get_by_role("button", name="Actions for chat").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete chat?")
    dialog.get_by_role("textbox").fill("chat")
    dialog.get_by_role("button", name="Delete webhook").click()
    expect(page.get_by_role("region", name="Webhooks")).to_contain_text("No webhooks.")
    assert workshop.http.get(path).json()["items"] == []

"""Datasets on the page: uploading, looking, deleting."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.material import COLOURS, FLOWERS, SOLD_CONFIG, Study, Workshop
from tests.support.browser import column, expect_column

TABLE_FILE = "Table file"


def a_file(name: str, content: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Upload dataset").first.click()
    return page.get_by_role("dialog", name="Upload a dataset")


def test_a_bad_file_is_refused_with_the_row_and_the_dialog_keeps_what_was_typed(
    open_page: Callable[..., Page], workshop: Workshop
):
    page = open_page(f"{workshop.page}/datasets")
    expect(page.get_by_role("heading", name="No datasets yet")).to_be_visible()
    dialog = open_dialog(page)
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(dialog.get_by_text("Choose a file first.")).to_be_visible()
    dialog.get_by_label(TABLE_FILE).set_input_files(a_file("ragged.csv", "a,b\n1,2\n3,4\n5,6,7\n8,9\n"))
    dialog.get_by_label("Name").fill("mended")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text("row 4")
    expect(alert).to_contain_text("3 values, the header has 2 columns")
    assert alert.inner_text().count("3 values") == 1
    expect(dialog.get_by_role("button", name="ragged.csv")).to_be_visible()
    expect(dialog.get_by_label("Name")).to_have_value("mended")
    assert workshop.http.get(f"projects/{workshop.project}/datasets").json()["items"] == []
    dialog.get_by_label(TABLE_FILE).set_input_files(a_file("even.csv", "a,b\n1,2\n3,4\n5,6\n"))
    expect(alert).to_be_hidden()
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(page).to_have_url(re.compile("/datasets/mended/versions/1$"))


def test_names_that_cannot_be_used_are_refused_before_anything_is_sent(
    open_page: Callable[..., Page], workshop: Workshop
):
    page = open_page(f"{workshop.page}/datasets")
    dialog = open_dialog(page)
    dialog.get_by_label(TABLE_FILE).set_input_files(a_file("t.csv", COLOURS))
    for name, reason in [("", "Give it a name"), ("../up", "Start with a letter"), ("a b 🌻", "Only letters")]:
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Upload", exact=True).click()
        expect(dialog.get_by_text(reason)).to_be_visible()
    dialog.get_by_label("Name").fill("n" * 101)
    expect(dialog.get_by_text("At most 100 characters")).to_be_visible()


def test_the_same_table_again_changes_nothing_and_another_is_a_new_version(
    open_page: Callable[..., Page], workshop: Workshop
):
    workshop.upload("colours")
    page = open_page(f"{workshop.page}/datasets/colours")
    for content, told, number in [
        (COLOURS, "Nothing changed", 1),
        (COLOURS + "60,4,no\n", "colours@2 is ready", 2),
    ]:
        page.get_by_role("button", name="Upload version").click()
        dialog = page.get_by_role("dialog", name="New version of colours")
        dialog.get_by_label(TABLE_FILE).set_input_files(a_file("colours.csv", content))
        dialog.get_by_role("button", name="Upload", exact=True).click()
        expect(page.get_by_text(told)).to_be_visible()
        expect(page).to_have_url(re.compile(f"/datasets/colours/versions/{number}$"))
        page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="colours").click()
        expect(page.get_by_role("heading", level=1, name="colours")).to_be_visible()
    versions = page.get_by_role("table", name="Versions of colours")
    expect(versions.get_by_role("row")).to_have_count(3)
    expect_column(versions, "#", ["2", "1"])
    expect_column(versions, "Rows", ["61", "60"])


def test_a_file_dropped_on_the_list_is_uploaded(open_page: Callable[..., Page], workshop: Workshop):
    page = open_page(f"{workshop.page}/datasets")
    target = page.get_by_role("heading", name="No datasets yet")
    transfer = page.evaluate_handle(
        """text => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], "Dropped one.csv"));
          return transfer;
        }""",
        COLOURS,
    )
    target.dispatch_event("drop", {"dataTransfer": transfer})
    dialog = page.get_by_role("dialog", name="Upload a dataset")
    expect(dialog.get_by_label("Name")).to_have_value("dropped-one")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(page).to_have_url(re.compile("/datasets/dropped-one/versions/1$"))


def test_the_profile_shows_every_column(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/datasets/flowers/versions/1")
    columns = page.get_by_role("navigation", name="Columns").get_by_role("link")
    expect(columns).to_have_count(5)
    types = {"petal": "number", "sepal": "number", "colour": "category", "seen_on": "date", "species": "category"}
    for name, feature_type in types.items():
        columns.filter(has_text=name).click()
        expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()
        expect(columns.filter(has_text=name).get_by_role("img", name=feature_type)).to_be_visible()
    expect(page.get_by_role("region", name="Values").get_by_role("listitem")).to_have_count(3)
    columns.filter(has_text="sepal").click()
    expect(page).to_have_url(re.compile("column=sepal"))
    expect(page.get_by_text("15 (10.0%)")).to_be_visible()
    expect(page.get_by_role("region", name="Quantiles")).to_contain_text("Median")
    expect(page.get_by_role("img", name=re.compile("^Distribution of sepal: chart"))).to_be_visible()
    page.get_by_role("textbox", name="Filter columns by name or type").fill("date")
    expect(columns).to_have_count(1)
    page.reload()
    expect(columns).to_have_count(1)


def test_rows_are_paged_as_they_are_scrolled_and_sorted_by_the_server(
    open_page: Callable[..., Page], workshop: Workshop
):
    rows = 2_000
    workshop.upload("many", "serial,shuffled\n" + "".join(f"{row},{(row * 7) % rows}\n" for row in range(rows)))
    page = open_page(f"{workshop.page}/datasets/many/versions/1?tab=rows")
    table = page.get_by_role("table", name="Rows of many version 1")
    expect(table).to_have_attribute("aria-rowcount", str(rows + 1))
    expect(table.get_by_role("row").nth(1)).to_contain_text("0")
    scroller = page.get_by_role("region", name="Rows")
    scroller.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    last = table.locator(f"[aria-rowindex='{rows + 1}']")
    expect(last.get_by_role("cell").first).to_have_text(str(rows - 1))
    scroller.evaluate("box => box.scrollTo(0, 0)")
    heading = table.get_by_role("columnheader", name="serial")
    first = table.locator("[aria-rowindex='2']").get_by_role("cell").first
    for order, value in [("ascending", "0"), ("descending", str(rows - 1))]:
        heading.get_by_role("button").first.click()
        expect(heading).to_have_attribute("aria-sort", order)
        expect(first).to_have_text(value)
    page.get_by_role("textbox", name="Go to row").fill("1500")
    page.get_by_role("textbox", name="Go to row").press("Enter")
    expect(table.locator("[aria-rowindex='1501']").get_by_role("cell").first).to_have_text(str(rows - 1500))
    heading.get_by_role("button", name="Column serial").click()
    page.get_by_role("menuitem", name="Filter by it").click()
    form = page.get_by_role("dialog", name="Add a filter")
    form.get_by_label("Condition").select_option("<")
    form.get_by_label("Value").fill("20")
    form.get_by_role("button", name="Filter").click()
    expect(table).to_have_attribute("aria-rowcount", "21")
    page.get_by_role("textbox", name="Search all columns").fill("63")
    # 9 * 7 is 63, and no number below 20 has it.
    expect(table).to_have_attribute("aria-rowcount", "2")
    expect(first).to_have_text("9")
    table.get_by_role("columnheader", name="shuffled").get_by_role("button", name="Column shuffled").click()
    page.get_by_role("menuitem", name="Pin to the left").click()
    expect(first).to_have_text("63")


def test_a_column_gets_another_type_in_a_new_version(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("grades")
    page = open_page(f"{workshop.page}/datasets/grades/versions/1?column=weight")
    page.get_by_role("button", name="Type of weight: number").click()
    page.get_by_role("menuitem", name="category").click()
    page.get_by_role("dialog", name="Change weight to category").get_by_role(
        "button", name="Create a new version"
    ).click()
    expect(page).to_have_url(re.compile("/datasets/grades/versions/2"))
    expect(page.get_by_role("button", name="Type of weight: category")).to_be_visible()
    expect(page.get_by_role("list", name="How the column was read")).to_contain_text("was number")


def test_a_dataset_tells_which_versions_were_trained_on_it(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/datasets/flowers/versions/1?tab=uses")
    uses = page.get_by_role("table", name=re.compile("trained on this dataset version"))
    expect(uses.get_by_role("row")).to_have_count(4)
    assert set(column(uses, "Target")) == {"species"}
    uses.get_by_role("link", name="flowers #2").click()
    expect(page).to_have_url(re.compile("/models/flowers/versions/2$"))


def test_a_dataset_is_deleted_by_its_name_unless_it_is_used(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours")
    workshop.upload("kept")
    workshop.cancel("m", workshop.train("m", SOLD_CONFIG, "kept"))
    page = open_page(f"{workshop.page}/datasets/kept")
    dialog = _ask_to_delete(page, "kept")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    page.goto(f"{workshop.page}/datasets/colours")
    _ask_to_delete(page, "colours")
    expect(page).to_have_url(re.compile("/datasets$"))
    expect(page.get_by_role("link", name="kept")).to_be_visible()
    expect(page.get_by_role("link", name="colours")).to_have_count(0)


def _ask_to_delete(page: Page, name: str) -> Locator:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=re.compile("Delete dataset")).click()
    dialog = page.get_by_role("dialog", name=f"Delete {name}?")
    confirm = dialog.get_by_role("button", name="Delete dataset")
    expect(dialog.get_by_role("listitem").filter(has_text="1 version")).to_be_visible()
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox").fill(name)
    confirm.click()
    return dialog


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_the_list_is_filtered_and_sorted_in_the_address(open_page: Callable[..., Page], study: Study, order: str):
    page = open_page(f"{study.page}/datasets?sort=rows&order={order}")
    table = page.get_by_role("table", name="Datasets")
    expect(table.get_by_role("row")).to_have_count(4)
    names = ["colours", "houses", "flowers"]
    expect_column(table, "Name", (names if order == "asc" else names[::-1]))
    page.get_by_role("textbox", name="Filter datasets").fill("flow")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=flow"))
    assert len(FLOWERS.splitlines()) == int(column(table, "Rows")[0]) + 1

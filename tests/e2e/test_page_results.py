"""What a trained version shows: metrics, charts, config, files, and an answer to a row that is typed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.e2e.material import Study
from tests.support.browser import column, expect_column

SLOW_MS = 60_000


def chart(page: Page, title: str) -> Locator:
    return page.get_by_role("img", name=re.compile(f"^{re.escape(title)}: chart of"))


def test_the_overview_tells_metrics_steps_and_origin(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/2")
    metrics = page.get_by_role("region", name="Metrics").get_by_role("table")
    expect(metrics.get_by_role("columnheader")).to_have_text(["Metric", "train", "validation", "test"])
    expect(metrics.get_by_role("row").nth(1)).to_contain_text("Accuracy")
    timeline = page.get_by_role("region", name="Timeline").get_by_role("listitem")
    for step in ["Queued", "Preprocessing", "Training", "Evaluating", "Visualizing", "Explaining"]:
        expect(timeline.filter(has_text=step)).to_contain_text(re.compile(r"\d(ms|s)$"))
    main = page.get_by_role("main")
    for fact in ["flowers@1", "species (category)", "linear", "local", "models:/flowers/2"]:
        expect(main.get_by_text(fact, exact=True).first).to_be_visible()
    page.get_by_role("link", name="#1", exact=True).last.click()
    expect(page).to_have_url(re.compile("/versions/1$"))


def test_the_curves_stay_after_the_training(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/1?tab=training")
    expect(chart(page, "Log loss")).to_be_visible()
    page.get_by_role("button", name="Log loss: show as a table").click()
    table = page.get_by_role("region", name="Log loss as a table").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["step", "train", "validation", "test"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download Log loss").click()
        page.get_by_role("menuitem", name="CSV").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "step,train,validation,test"
    assert len(lines) > 5


def test_classes_have_roc_precision_recall_calibration_and_a_confusion_matrix(
    open_page: Callable[..., Page], study: Study
):
    page = open_page(f"{study.page}/models/flowers/versions/1?tab=evaluation")
    for title in ["ROC (area under the curve)", "Precision-recall (average precision)", "Calibration"]:
        expect(chart(page, title)).to_be_visible()
    confusion = page.get_by_role("region", name="Confusion matrix")
    row = confusion.get_by_role("row").filter(has=page.get_by_role("rowheader", name="setosa"))
    expect(row.get_by_role("cell")).to_have_count(4)
    counts = [int(text) for text in row.get_by_role("cell").all_inner_texts()]
    assert sum(counts[:3]) == counts[3] > 0
    confusion.get_by_text("Row share").click()
    expect(row.get_by_role("cell").first).to_contain_text("%")
    confusion.get_by_text("Mean probability").click()
    expect(row.get_by_role("cell").first).to_contain_text(re.compile(r"^[01]\.?\d*$|e-"))
    expect(page.get_by_role("region", name="Measures by class").get_by_role("row")).to_have_count(4)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_every_split_is_evaluated(open_page: Callable[..., Page], study: Study, split: str):
    page = open_page(f"{study.page}/models/flowers/versions/1?tab=evaluation")
    main = page.get_by_role("main")
    expect(main.get_by_text("rows the model did not learn from")).to_be_visible()
    main.get_by_text(split, exact=True).click()
    expect(page).to_have_url(re.compile(f"split={split}"))
    rows = {"train": "105 rows the model was fitted on", "validation": "15 rows the model did not learn from"}
    expect(main.get_by_text(rows[split])).to_be_visible()


def test_numbers_have_residuals_and_predicted_against_actual(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/houses/versions/1?tab=evaluation")
    for title in ["Predicted against actual", "Residuals (actual minus predicted)"]:
        expect(chart(page, title)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Mean squared error", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Confusion matrix")).to_have_count(0)


@pytest.mark.parametrize(("model", "number", "method"), [("flowers", 1, "SHAP values"), ("houses", 1, "")])
def test_features_stand_by_importance(
    open_page: Callable[..., Page], study: Study, model: str, number: int, method: str
):
    page = open_page(f"{study.page}/models/{model}/versions/{number}?tab=explain")
    region = page.get_by_role("region", name="Feature importance")
    expect(region).to_contain_text(method or re.compile("SHAP values|Permutation importance"))
    table = region.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count({"flowers": 4, "houses": 3}[model])
    shares = [float(text.strip("<>%")) for text in column(table, "Share")]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.5)


def test_the_config_as_given_as_rendered_and_what_changed(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/2?tab=config")
    given = page.get_by_role("region", name="Config as given")
    expect(given).to_contain_text("model_type: linear")
    expect(given).not_to_contain_text("random_seed")
    page.get_by_text("As rendered", exact=True).click()
    expect(page.get_by_role("region", name="Config as rendered")).to_contain_text("random_seed: 42")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download YAML").click()
    assert yaml.safe_load(Path(download.value.path()).read_text())["model_type"] == "linear"
    page.get_by_text("Changes from #1", exact=True).click()
    changes = page.get_by_role("region", name="Difference of the configs of #1 and #2")
    expect(changes).to_contain_text("model_type: gbm")
    expect(changes).to_contain_text("model_type: linear")
    page.reload()
    expect(changes).to_be_visible()


def test_files_have_sizes_digests_and_a_signature(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/1?tab=files")
    files = page.get_by_role("table", name="Files of flowers/1")
    expect(files.get_by_text("model/MLmodel", exact=True)).to_be_visible()
    stored = study.workshop.http.get(f"projects/{study.project}/models/flowers/versions/1/files").json()
    expect_column(files, "SHA-256", [file["digest"][:12] for file in stored])
    assert all(re.fullmatch(r"\d[\d.]* (B|KiB|MiB)", size) for size in column(files, "Size"))
    signature = page.get_by_role("region", name="Signature")
    expect(signature.get_by_role("rowheader", name="petal")).to_be_visible()
    expect(signature.get_by_role("rowheader", name="species_predictions")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the MLflow model").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_a_typed_row_is_predicted(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/houses/versions/1")
    form = page.get_by_role("region", name="Try it")
    area = form.get_by_label("area")
    area.scroll_into_view_if_needed()
    expect(area).to_have_value("40")
    area.fill("wide")
    expect(form.get_by_text("Not a number")).to_be_visible()
    area.fill("70")
    form.get_by_label("rooms").fill("4")
    form.get_by_role("button", name="Predict price").click()
    answer = form.get_by_role("status").filter(has_text="took")
    expect(answer).to_contain_text(re.compile(r"^1\d\d\.\d"), timeout=SLOW_MS)


def test_what_happened_to_a_version_is_on_record(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/3?tab=events")
    events = page.get_by_role("region", name="Events").get_by_role("listitem")
    expect(events).to_have_count(2)
    expect(events.filter(has_text="Created")).to_contain_text("flowers@1")


def test_a_version_can_be_used_from_code(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/1")
    region = page.get_by_role("region", name="Use it from code")
    for language, part in [
        ("Python", "predict("),
        ("CLI", "modelyard"),
        ("curl", "/predict"),
        ("MLflow", "load_model"),
    ]:
        region.get_by_role("tab", name=language).click()
        expect(region.get_by_role("tabpanel")).to_contain_text(part)


def test_the_pane_goes_from_one_version_to_the_next_in_the_same_part(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/1?tab=config")
    pane = page.get_by_role("navigation", name="Versions of flowers").get_by_role("link")
    expect(pane).to_have_count(3)
    pane.filter(has_text="#2").click()
    expect(page).to_have_url(re.compile(r"/versions/2\?tab=config$"))
    expect(page.get_by_role("region", name="Config as given")).to_contain_text("model_type: linear")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="#1")).to_be_visible()


def test_a_version_that_is_not_there_says_so(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/99")
    expect(page.get_by_role("heading", name="flowers has no version 99")).to_be_visible()
    page.get_by_role("link", name="To the versions of flowers").click()
    expect(page).to_have_url(re.compile("/models/flowers$"))

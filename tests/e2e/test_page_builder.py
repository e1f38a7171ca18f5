"""The Model Builder: form and YAML in step, checked as they change."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.material import COLOURS, FLOWERS, SOLD_CONFIG, Study, Workshop

FITS = "The config fits the data"


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Config as YAML")


def start_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Start training")


def rewrite(page: Page, *changes: tuple[str, str]) -> None:
    """Types the YAML anew, with these changes."""
    text = editor(page).inner_text()
    for before, after in changes:
        assert before in text, text
        text = text.replace(before, after)
    editor(page).fill(text)


@pytest.fixture
def builder(open_page: Callable[..., Page], workshop: Workshop) -> Page:
    """With a proposed config for the flowers."""
    workshop.upload("flowers", FLOWERS)
    page = open_page(f"{workshop.page}/models/new?dataset=flowers&target=species")
    expect(page.get_by_text(FITS)).to_be_visible()
    expect(editor(page)).to_contain_text("output_features")
    return page


def test_a_config_is_proposed_when_dataset_and_target_are_chosen(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("flowers", FLOWERS)
    page = open_page(f"{workshop.page}/models/new")
    expect(page.get_by_role("heading", name="A config is proposed from the data")).to_be_visible()
    expect(page.get_by_role("combobox", name="Target")).to_be_disabled()
    page.get_by_role("combobox", name="Dataset").click()
    page.get_by_role("option", name="flowers").click()
    page.get_by_role("combobox", name="Target").fill("spec")
    page.get_by_role("option", name="species (category)").click()
    expect(page).to_have_url(re.compile(r"\?dataset=flowers&target=species$"))
    features = page.get_by_role("table", name="Input features")
    expect(features.get_by_role("row")).to_have_count(5)
    expect(features.get_by_role("combobox", name="Type of colour")).to_have_value("category")
    expect(page.get_by_role("radio", name=re.compile("Gradient-boosted trees"))).to_be_checked()
    expect(page.get_by_role("textbox", name="Model", exact=True)).to_have_value("flowers")
    expect(start_button(page)).to_be_enabled()


def test_what_the_form_changes_is_in_the_yaml(builder: Page):
    builder.get_by_role("radio", name=re.compile("Random forest")).click()
    expect(editor(builder)).to_contain_text("model_type: forest")
    builder.get_by_role("checkbox", name="seen_on").uncheck()
    expect(editor(builder)).not_to_contain_text("seen_on")
    builder.get_by_role("combobox", name="Type of colour").select_option("text")
    expect(editor(builder)).to_contain_text(re.compile(r"name: colour,? *-? *type: text"))
    builder.get_by_role("button", name=re.compile("Preprocessing of petal")).click()
    popover = builder.get_by_role("dialog", name="Preprocessing of petal")
    popover.get_by_role("combobox", name="Normalization").select_option("minmax")
    expect(editor(builder)).to_contain_text("normalization: minmax")
    builder.keyboard.press("Escape")
    builder.get_by_role("combobox", name="Split", exact=True).select_option("stratify")
    builder.get_by_role("textbox", name="Random seed").fill("7")
    expect(editor(builder)).to_contain_text("type: stratify")
    expect(editor(builder)).to_contain_text("random_seed: 7")
    expect(builder.get_by_text(FITS)).to_be_visible()
    builder.get_by_text("With all defaults").click()
    rendered = builder.get_by_role("region", name="Config as YAML").locator("pre")
    expect(rendered).to_contain_text("missing_value_strategy")
    builder.get_by_text("YAML", exact=True).click()
    builder.get_by_role("button", name="Undo all changes").click()
    expect(builder.get_by_role("radio", name=re.compile("Gradient-boosted trees"))).to_be_checked()
    expect(builder.get_by_role("checkbox", name="seen_on")).to_be_checked()


def test_what_the_yaml_says_is_in_the_form(builder: Page):
    trainer = builder.get_by_role("radiogroup", name="Trainer")
    rewrite(builder, ("model_type: gbm", "model_type: linear"))
    expect(trainer.get_by_role("radio", name=re.compile("Linear model"))).to_be_checked()
    editor(builder).fill(
        "model_type: gbm\ninput_features:\n- name: petal\n  type: number\n"
        "output_features:\n- name: colour\n  type: category\ntrainer: {num_boost_round: 33}\n"
    )
    expect(builder.get_by_role("checkbox", name="petal")).to_be_checked()
    expect(builder.get_by_role("checkbox", name="sepal")).not_to_be_checked()
    expect(builder.get_by_role("textbox", name="Num boost round")).to_have_value("33")
    expect(builder.get_by_role("combobox", name="Target")).to_have_value("colour (category)")
    expect(builder.get_by_role("region", name="Review")).to_contain_text("num_boost_round 33")
    expect(start_button(builder)).to_be_enabled()


def test_a_typo_is_told_with_what_was_meant_and_blocks_the_start(builder: Page):
    rewrite(builder, ("type: category", "type: categroy"))
    problems = builder.get_by_role("list", name="Problems of the config")
    expect(problems).to_contain_text("category")
    expect(start_button(builder)).to_be_disabled()
    rewrite(builder, ("type: categroy", "type: category"))
    expect(builder.get_by_text(FITS)).to_be_visible()
    editor(builder).fill(editor(builder).inner_text() + "\ntrainer:\n  learning_rat: 0.1\n")
    expect(problems).to_contain_text("trainer.learning_rat")
    expect(problems).to_contain_text("Did you mean 'learning_rate'?")
    expect(builder.get_by_text("1 problem to solve first")).to_be_visible()
    expect(start_button(builder)).to_be_disabled()
    rewrite(builder, ("learning_rat:", "learning_rate:"))
    expect(builder.get_by_text(FITS)).to_be_visible()
    expect(start_button(builder)).to_be_enabled()
    expect(builder.get_by_role("textbox", name="Learning rate")).to_have_value("0.1")


def test_a_value_out_of_range_is_marked_at_its_field(builder: Page):
    field = builder.get_by_role("textbox", name="Learning rate")
    field.fill("-1")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(start_button(builder)).to_be_disabled()
    field.fill("0.2")
    expect(start_button(builder)).to_be_enabled()


def test_yaml_that_cannot_be_read_hides_the_form_until_it_can(builder: Page):
    before = editor(builder).inner_text()
    editor(builder).fill("input_features: [")
    expect(builder.get_by_text("The YAML cannot be read", exact=True)).to_be_visible()
    expect(builder.get_by_role("radiogroup", name="Trainer")).to_be_hidden()
    expect(start_button(builder)).to_be_disabled()
    editor(builder).fill(before)
    expect(builder.get_by_role("radiogroup", name="Trainer")).to_be_visible()
    expect(start_button(builder)).to_be_enabled()


def test_a_target_that_cannot_be_learned_is_told_at_its_field(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("same", "a,b\n" + "".join(f"{row % 7},1\n" for row in range(30)))
    page = open_page(f"{workshop.page}/models/new?dataset=same&target=b")
    expect(page.get_by_text(re.compile("the same value|only one class")).first).to_be_visible()
    expect(page.get_by_role("button", name="Start training").and_(page.locator(":enabled"))).to_have_count(0)


def test_edits_that_another_target_replaced_can_be_brought_back(builder: Page):
    builder.get_by_role("textbox", name="Num boost round").fill("44")
    expect(editor(builder)).to_contain_text("num_boost_round: 44")
    builder.get_by_role("combobox", name="Target").click()
    builder.get_by_role("option", name="colour (category)").click()
    expect(builder.get_by_role("region", name="Review")).to_contain_text("all defaults")
    builder.get_by_role("button", name="Restore my edits").click()
    expect(editor(builder)).to_contain_text("num_boost_round: 44")


def test_a_name_that_cannot_be_used_blocks_the_start(builder: Page):
    name = builder.get_by_role("textbox", name="Model", exact=True)
    for wrong in ["", "a/b", "🌻", "n" * 300]:
        name.fill(wrong)
        expect(start_button(builder)).to_be_disabled()
    name.fill("iris")
    expect(start_button(builder)).to_be_enabled()


def test_a_new_version_begins_with_the_config_of_another(open_page: Callable[..., Page], study: Study):
    page = open_page(f"{study.page}/models/flowers/versions/1")
    page.get_by_role("link", name="New version from this").click()
    expect(page.get_by_role("heading", level=1, name="New version")).to_be_visible()
    expect(page.get_by_role("textbox", name="Num boost round")).to_have_value("25")
    expect(page.get_by_role("checkbox", name="seen_on")).not_to_be_checked()
    review = page.get_by_role("region", name="Review")
    expect(review).to_contain_text("#1")
    expect(review.get_by_role("textbox")).to_have_count(0)


def test_starting_goes_to_the_version(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours", COLOURS)
    number = workshop.train("sold", SOLD_CONFIG, "colours")
    workshop.cancel("sold", number)
    page = open_page(f"{workshop.page}/models/sold/new?from=1")
    page.get_by_role("textbox", name="Description").fill("again, slower")
    page.get_by_role("textbox", name="Learning rate").fill("0.01")
    start_button(page).click()
    expect(page).to_have_url(re.compile("/models/sold/versions/2$"))
    expect(page.get_by_role("button", name="Edit description of the version: again, slower")).to_be_visible()
    version = workshop.version("sold", 2)
    assert (version["parent"], version["engine"]) == (1, "local")
    workshop.cancel("sold", 2)


ODD = "day,copy,weight,sold\n" + "".join(
    f"2026-{1 + row % 12:02}-{1 + row % 28:02},{'a' if sold else 'b'},{(row * 7) % 13},{'yes' if sold else 'no'}\n"
    for row in range(90)
    for sold in [row % 3]
)


def test_a_warning_is_mended_with_a_click(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("odd", ODD)
    page = open_page(f"{workshop.page}/models/new?dataset=odd&target=sold")
    warnings = page.get_by_role("list", name="Warnings")
    expect(warnings.get_by_role("listitem")).to_have_count(2)
    expect(warnings).to_contain_text("'copy' alone tells")
    page.get_by_role("button", name="Leave out copy").click()
    expect(editor(page)).not_to_contain_text("copy")
    expect(warnings.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Split by day").click()
    expect(editor(page)).to_contain_text("type: datetime")
    expect(warnings).to_have_count(0)
    expect(page.get_by_text(FITS)).to_be_visible()


def test_the_positive_class_is_proposed_and_can_be_chosen(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("colours", COLOURS)
    page = open_page(f"{workshop.page}/models/new?dataset=colours&target=sold")
    choice = page.get_by_role("combobox", name="Positive class")
    expect(choice).to_have_value("no")
    choice.select_option("yes")
    expect(editor(page)).to_contain_text(re.compile(r"fallback_true_label: .?yes"))
    expect(page.get_by_text(FITS)).to_be_visible()


def test_a_warning_of_a_version_opens_its_config_mended(open_page: Callable[..., Page], workshop: Workshop):
    workshop.upload("odd", ODD)
    inputs = [{"name": "copy", "type": "category"}, {"name": "weight", "type": "number"}]
    output = {"name": "sold", "type": "binary", "preprocessing": {"fallback_true_label": "no"}}
    config = {
        **SOLD_CONFIG,
        "model_type": "linear",
        "trainer": {},
        "input_features": inputs,
        "output_features": [output],
    }
    number = workshop.train("odd", config, "odd")
    workshop.wait_for("odd", number, "Ready")
    page = open_page(f"{workshop.page}/models/odd/versions/{number}")
    expect(page.get_by_role("list", name="Warnings")).to_contain_text("'copy' alone tells")
    expect(page.get_by_role("row", name=re.compile("^Recall"))).to_contain_text("of no")
    expect(page.get_by_role("row", name=re.compile("^Accuracy"))).not_to_contain_text("of no")
    page.get_by_role("link", name="Leave out copy").click()
    expect(page.get_by_text(f"from #{number}")).to_be_visible()
    expect(editor(page)).to_contain_text("weight")
    expect(editor(page)).not_to_contain_text("copy")

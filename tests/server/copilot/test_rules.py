"""Each named rule, on data or a training made to need it, and silent where nothing needs it."""

from pathlib import Path
from typing import Any, get_args

import pytest

from modelyard.wire.models import SuggestionRule
from tests.server.copilot.conftest import Bench, config

FALLING = [1 / step for step in range(1, 21)]
CLASSES = {"precision": 0.5, "f1": 0.3, "roc_auc": 0.8}

ALWAYS = {"other_trainer"}
"""Of a model with one version, every other trainer is still to be tried."""


def changes(suggestion: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {change["path"]: (change["old"], change["new"]) for change in suggestion["changes"]}


def references(suggestion: dict[str, Any], kind: str) -> list[str]:
    return [item["reference"] for item in suggestion["evidence"] if item["kind"] == kind]


def test_a_sound_training_needs_nothing_but_another_trainer(bench: Bench):
    number = bench.ready(config(), curve=[1 / step for step in range(1, 60)], best_iteration=59)
    answer = bench.suggestions(number)
    assert {item["rule"] for item in answer["suggestions"]} == ALWAYS, answer
    assert {item["id"] for item in answer["suggestions"]} == {
        "other_trainer:forest",
        "other_trainer:linear",
        "other_trainer:mlp",
    }
    for item in answer["suggestions"]:
        assert item["why"]
        assert item["expected_effect"]
        assert item["evidence"]
        assert item["cost"]["text"]
        assert changes(item)["model_type"] == ("gbm", item["id"].partition(":")[2])


def test_a_column_that_tells_the_target_comes_first(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("copy", "category")))
    assert bench.rules(number)[0] == "leaky_column"
    leak = bench.suggestion(number, "leaky_column")
    assert references(leak, "column") == ["copy"]
    assert changes(leak) == {"input_features[copy]": ({"name": "copy", "type": "category"}, None)}
    assert [feature["name"] for feature in leak["config"]["input_features"]] == ["x"]


@pytest.mark.parametrize(
    ("rule", "column", "kind"),
    [("constant_column", "constant", "category"), ("identifier_column", "customer_id", "category")],
)
def test_columns_that_teach_nothing(bench: Bench, rule: str, column: str, kind: str):
    number = bench.ready(config("even", ("x", "number"), (column, kind)))
    suggestion = bench.suggestion(number, rule)
    assert references(suggestion, "column") == [column]
    assert [feature["name"] for feature in suggestion["config"]["input_features"]] == ["x"]


def test_a_random_split_of_rows_with_dates(bench: Bench):
    number = bench.ready(config(preprocessing={"split": {"type": "random"}}))
    suggestion = bench.suggestion(number, "time_order")
    assert references(suggestion, "column") == ["day"]
    assert changes(suggestion)["preprocessing.split.type"] == ("random", "datetime")


def test_test_rows_that_were_trained_on(bench: Bench):
    warning = {"code": "duplicate_rows", "message": "60 of 120 test rows are in the training part too."}
    number = bench.ready(config(), warnings=[warning])
    suggestion = bench.suggestion(number, "duplicate_rows")
    assert changes(suggestion) == {"preprocessing.drop_duplicates": (False, True)}
    assert suggestion["why"] == warning["message"]


def test_a_training_that_was_cut_off(bench: Bench):
    given = config(trainer="gbm")
    given["trainer"] = {"num_boost_round": 20}
    number = bench.ready(given, curve=FALLING, best_iteration=20)
    suggestion = bench.suggestion(number, "longer_training")
    assert changes(suggestion) == {"trainer.num_boost_round": (20, 80)}
    assert references(suggestion, "curve") == ["validation_log_loss"]


def test_a_training_that_was_stopped_too_early(bench: Bench):
    given = config()
    given["trainer"] = {"early_stop": 8}
    paused = [1.0, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
    number = bench.ready(given, curve=paused, best_iteration=9)
    suggestion = bench.suggestion(number, "more_patience")
    assert changes(suggestion) == {"trainer.early_stop": (8, 32)}
    assert "7 boosting rounds" in suggestion["evidence"][0]["text"]
    smooth = [*FALLING, *[0.06] * 8]
    number = bench.ready({**given, "trainer": {"early_stop": 8, "num_leaves": 9}}, curve=smooth, best_iteration=20)
    assert "more_patience" not in bench.rules(number)


@pytest.mark.parametrize(
    ("trainer", "path"),
    [
        ("gbm", "trainer.num_leaves"),
        ("forest", "trainer.min_samples_leaf"),
        ("linear", "trainer.regularization"),
        ("mlp", "trainer.regularization"),
    ],
)
def test_a_gap_between_training_and_test_rows(bench: Bench, trainer: str, path: str):
    number = bench.ready(config(trainer=trainer), scores=(0.99, 0.7))
    suggestion = bench.suggestion(number, "overfit")
    assert path in changes(suggestion)
    assert references(suggestion, "metric") == ["train_roc_auc", "test_roc_auc"]
    assert "underfit" not in bench.rules(number)


def test_metrics_that_are_no_numbers_say_nothing(bench: Bench):
    first = bench.ready(config() | {"trainer": {"num_leaves": 8}}, scores=(0.9, "NaN"))
    number = bench.ready(config() | {"trainer": {"num_leaves": 16}}, scores=("NaN", 0.7), parent=first)
    assert set(bench.rules(number)) == ALWAYS
    assert set(bench.rules(first)) == ALWAYS


def test_a_gap_that_chance_makes_is_no_overfitting(bench: Bench):
    assert "overfit" not in bench.rules(bench.ready(config(), scores=(0.9, 0.86)))


@pytest.mark.parametrize(
    ("trainer", "path"),
    [("gbm", "trainer.num_leaves"), ("linear", "trainer.regularization"), ("mlp", "trainer.hidden_layers")],
)
def test_a_model_that_is_too_simple(bench: Bench, trainer: str, path: str):
    number = bench.ready(config(trainer=trainer), scores=(0.7, 0.69), curve=FALLING, best_iteration=20)
    suggestion = bench.suggestion(number, "underfit")
    assert path in changes(suggestion)
    assert references(suggestion, "curve") == ["validation_log_loss"]
    assert "overfit" not in bench.rules(number)


def test_a_class_with_few_rows(bench: Bench):
    classes = [
        {"label": "bad", "labeled": 5, "predicted": 1, "recall": 0.2, **CLASSES},
        {"label": "good", "labeled": 115, "predicted": 119, "recall": 0.99, **CLASSES},
    ]
    test = {"split": "test", "row_count": 120, "metrics": [], "classes": classes}
    report = {"target": "rare", "output_type": "binary", "default_metric": "roc_auc", "splits": [test]}
    number = bench.ready(config("rare"), evaluation=report)
    suggestion = bench.suggestion(number, "class_imbalance")
    assert changes(suggestion) == {"trainer.class_weights": ("none", "balanced")}
    assert references(suggestion, "slice") == ["bad"]
    assert "4.0%" in suggestion["why"]
    assert "20%" in suggestion["why"]
    by_mlp = bench.ready(config("rare", trainer="mlp"))
    assert changes(bench.suggestion(by_mlp, "class_imbalance")) == {"preprocessing.oversample_minority": (None, 0.5)}
    classes[0]["recall"] = 0.95
    found = bench.ready(config("rare", ("x", "number")), evaluation=report)
    assert "class_imbalance" not in bench.rules(found)


def test_a_category_with_too_few_rows_each(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("city", "category")))
    suggestion = bench.suggestion(number, "high_cardinality")
    assert references(suggestion, "column") == ["city"]
    assert changes(suggestion) == {"input_features[city].preprocessing.most_common": (10_000, 10)}


def test_missing_values(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("empty", "number")))
    suggestion = bench.suggestion(number, "missing_values")
    assert suggestion["id"] == "missing_values:leave_out"
    assert "90.0%" in suggestion["why"]
    filled = config("even", ("x", "number"), ("gaps", "number"))
    filled["input_features"][1]["preprocessing"] = {"missing_value_strategy": "fill_with_mean"}
    number = bench.ready(filled)
    suggestion = bench.suggestion(number, "missing_values")
    assert changes(suggestion) == {
        "input_features[gaps].preprocessing.missing_value_strategy": ("fill_with_mean", "keep")
    }
    kept = bench.ready(config("even", ("x", "number"), ("gaps", "number")))
    assert "missing_values" not in bench.rules(kept)


def test_missing_values_that_a_trainer_has_to_fill(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("gaps", "number"), trainer="linear"))
    suggestion = bench.suggestion(number, "missing_values")
    assert suggestion["id"] == "missing_values:gbm"
    assert changes(suggestion)["model_type"] == ("linear", "gbm")


def test_columns_that_hardly_matter(bench: Bench):
    names = ["x", "z", "gaps", "tail", "size", "long"]
    shares = [0.6, 0.3, 0.06, 0.0395, 0.0005, 0.0]
    features = [
        {"feature": name, "importance": share, "share": share} for name, share in zip(names, shares, strict=True)
    ]
    explanation = {"method": "shap", "description": "", "row_count": 120, "features": features}
    number = bench.ready(config("even", *((name, "number") for name in names)), explanation=explanation)
    suggestion = bench.suggestion(number, "weak_columns")
    assert references(suggestion, "importance") == ["size", "long"]
    assert [feature["name"] for feature in suggestion["config"]["input_features"]] == names[:4]


def test_a_number_with_a_long_tail(bench: Bench):
    number = bench.ready(config("even", ("x", "number"), ("tail", "number"), trainer="linear"))
    suggestion = bench.suggestion(number, "skewed_number")
    assert references(suggestion, "column") == ["tail"]
    assert changes(suggestion) == {"input_features[tail].preprocessing.normalization": ("zscore", "log1p")}
    by_trees = bench.ready(config("even", ("x", "number"), ("tail", "number")))
    assert "skewed_number" not in bench.rules(by_trees)


def test_a_target_with_a_long_tail(bench: Bench):
    number = bench.ready(config("long"))
    suggestion = bench.suggestion(number, "skewed_target")
    assert references(suggestion, "column") == ["long"]
    assert changes(suggestion) == {"trainer.objective": ("mean_squared_error", "poisson")}
    assert "skewed_target" not in bench.rules(bench.ready(config("size")))


def test_an_option_at_the_edge_of_what_was_tried(bench: Bench):
    for leaves, test in ((8, 0.8), (16, 0.85)):
        bench.ready(config(trainer="gbm") | {"trainer": {"num_leaves": leaves}}, scores=(0.9, test))
    number = bench.ready(config() | {"trainer": {"num_leaves": 32}}, scores=(0.95, 0.9))
    suggestion = bench.suggestion(number, "option_edge")
    assert suggestion["id"] == "option_edge:num_leaves"
    assert changes(suggestion) == {"trainer.num_leaves": (32, 64)}
    assert references(suggestion, "versions") == ["1,2,3"]
    assert "option_edge" not in bench.rules(2)


def test_a_gain_that_chance_alone_can_make(bench: Bench):
    first = bench.ready(config(), scores=(0.95, 0.900))
    second = bench.ready(config() | {"trainer": {"num_leaves": 9}}, scores=(0.95, 0.905), parent=first)
    suggestion = bench.suggestion(second, "more_seeds")
    assert changes(suggestion) == {"random_seed": (42, 43)}
    assert "120 test rows" in suggestion["why"]
    clear = bench.ready(config() | {"trainer": {"num_leaves": 5}}, scores=(0.7, 0.6), parent=first)
    assert "more_seeds" not in bench.rules(clear)


def test_every_rule_is_in_the_reference():
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "co-pilot.md").read_text()
    assert [rule for rule in get_args(SuggestionRule) if f"`{rule}`" not in guide] == []

"""Every way in which a config can be wrong is named, with its place and what was probably meant."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from modelyard.wire.config import parse_config, render_config
from modelyard.wire.datasets import ColumnProfile, DatasetProfile, TopValue
from modelyard.wire.errors import Problem
from modelyard.wire.trainers import TrainerInfo

NewColumn = Callable[..., ColumnProfile]
NewProfile = Callable[..., DatasetProfile]
Trainers = dict[str, TrainerInfo]


def config(**changes: Any) -> dict[str, Any]:
    return {
        "input_features": [{"name": "age", "type": "number"}, {"name": "city", "type": "category"}],
        "output_features": [{"name": "bought", "type": "binary"}],
        **changes,
    }


@pytest.fixture
def profile(new_column: NewColumn, new_profile: NewProfile) -> DatasetProfile:
    return new_profile(new_column("age"), new_column("city", "category"), new_column("bought", "binary"))


def only_problem(data: dict[str, Any], trainers: Trainers, profile: DatasetProfile | None = None) -> Problem:
    parsed = parse_config(data, trainers, profile)
    assert parsed.config is None
    assert len(parsed.problems) == 1, parsed.problems
    return parsed.problems[0]


def test_a_sound_config_has_no_problems(trainers: Trainers, profile: DatasetProfile) -> None:
    parsed = parse_config(config(), trainers, profile)
    assert parsed.problems == []
    assert parsed.config is not None


@pytest.mark.parametrize(
    ("changes", "path", "suggestion"),
    [
        ({"trainr": {}}, "trainr", "Did you mean 'trainer'?"),
        ({"model_type": "gmb"}, "model_type", "Did you mean 'gbm'?"),
        ({"trainer": {"num_leafs": 3}}, "trainer.num_leafs", "Did you mean 'num_leaves'?"),
        ({"trainer": {"boosting_type": "gbdr"}}, "trainer.boosting_type", "Did you mean 'gbdt'?"),
        ({"preprocessing": {"splt": {}}}, "preprocessing.splt", "Did you mean 'split'?"),
        ({"preprocessing": {"split": {"type": "stratified"}}}, "preprocessing.split.type", "Did you mean 'stratify'?"),
        ({"backend": {"max_retrys": 1}}, "backend.max_retrys", "Did you mean 'max_retries'?"),
        (
            {"input_features": [{"name": "age", "type": "number"}, {"name": "city", "type": "categry"}]},
            "input_features[1].type",
            "Did you mean 'category'?",
        ),
        (
            {"input_features": [{"name": "age", "type": "number", "preprocessing": {"normalisation": "zscore"}}]},
            "input_features[0].preprocessing.normalisation",
            "Did you mean 'normalization'?",
        ),
        (
            {"defaults": {"number": {"preprocessing": {"missing_value_strategy": "fill_with_men"}}}},
            "defaults.number.preprocessing.missing_value_strategy",
            "Did you mean 'fill_with_mean'?",
        ),
    ],
)
def test_what_is_not_known_gets_the_nearest_name(
    trainers: Trainers, changes: dict[str, Any], path: str, suggestion: str
) -> None:
    problem = only_problem(config(**changes), trainers)
    assert (problem.path, problem.suggestion) == (path, suggestion)


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"random_seed": "1"}, "random_seed", 'Must be a whole number, not "1".'),
        ({"trainer": {"learning_rate": "fast"}}, "trainer.learning_rate", 'Must be a number, not "fast".'),
        ({"trainer": {"learning_rate": 7}}, "trainer.learning_rate", "Must be at most 1, not 7."),
        ({"trainer": {"num_leaves": 1}}, "trainer.num_leaves", "Must be at least 2, not 1."),
        ({"trainer": {"num_leaves": True}}, "trainer.num_leaves", "Must be a whole number, not true."),
        ({"trainer": {"num_leaves": None}}, "trainer.num_leaves", "Must be a whole number, not null."),
        ({"trainer": {"learning_rate": float("nan")}}, "trainer.learning_rate", "Must be a number, not NaN."),
        (
            {"model_type": "mlp", "trainer": {"hidden_layers": []}},
            "trainer.hidden_layers",
            "Must name at least one number.",
        ),
        (
            {"model_type": "mlp", "trainer": {"hidden_layers": [0]}},
            "trainer.hidden_layers",
            "Must be at least 1, not 0.",
        ),
        ({"input_features": "age"}, "input_features", 'Must be a list, not "age".'),
        ({"trainer": 3}, "trainer", "Must be a mapping of keys to values, not 3."),
        ({"backend": {"max_retries": -1}}, "backend.max_retries", "Must be greater than or equal to 0."),
        (
            {"preprocessing": {"split": {"probabilities": [0.5, 0.1, 0.1]}}},
            "preprocessing.split.probabilities",
            "Must add up to 1, but add up to 0.7.",
        ),
        ({"preprocessing": {"split": {"type": "datetime"}}}, "preprocessing.split.column", "This key is required."),
        ({"input_features": []}, "input_features", "At least one entry is needed, not 0."),
        ({"output_features": []}, "output_features", "At least one entry is needed, not 0."),
        (
            {"output_features": [{"name": "a", "type": "binary"}, {"name": "b", "type": "binary"}]},
            "output_features",
            "At most one entry is possible, not 2.",
        ),
        (
            {"preprocessing": {"split": {"probabilities": [0.5, 0.5]}}},
            "preprocessing.split.probabilities",
            "At least 3 entries are needed, not 2.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    trainers: Trainers, changes: dict[str, Any], path: str, message: str
) -> None:
    problem = only_problem(config(**changes), trainers)
    assert (problem.path, problem.message) == (path, message)


def test_all_problems_are_found_at_once(trainers: Trainers) -> None:
    parsed = parse_config(config(trainr={}, random_seed=-1, trainer={"num_leafs": 3}), trainers)
    assert {problem.path for problem in parsed.problems} == {"trainr", "random_seed", "trainer.num_leafs"}


def test_the_target_cannot_be_an_input(trainers: Trainers, profile: DatasetProfile) -> None:
    inputs = [{"name": "age", "type": "number"}, {"name": "bought", "type": "binary"}]
    problem = only_problem(config(input_features=inputs), trainers, profile)
    assert problem.path == "input_features[1].name"
    assert "target" in problem.message


def test_feature_names_are_unique(trainers: Trainers) -> None:
    inputs = [{"name": "age", "type": "number"}] * 2
    assert only_problem(config(input_features=inputs), trainers).path == "input_features[1].name"


def test_a_trainer_says_which_types_it_takes(trainers: Trainers) -> None:
    inputs = [{"name": "age", "type": "text"}]
    problem = only_problem(config(model_type="mlp", input_features=inputs), trainers)
    assert problem.path == "input_features[0].type"
    assert problem.suggestion == "It takes number, category, binary, date."


def test_resampling_is_for_binary_targets(trainers: Trainers) -> None:
    data = config(output_features=[{"name": "bought", "type": "category"}], preprocessing={"oversample_minority": 0.5})
    assert only_problem(data, trainers).path == "preprocessing.oversample_minority"


def test_an_unknown_column_gets_the_nearest_name(trainers: Trainers, profile: DatasetProfile) -> None:
    inputs = [{"name": "Aeg", "type": "number"}, {"name": "town", "column": "citi", "type": "category"}]
    problems = parse_config(config(input_features=inputs), trainers, profile).problems
    assert [(problem.path, problem.suggestion) for problem in problems] == [
        ("input_features[0].name", "Did you mean 'age'?"),
        ("input_features[1].column", "Did you mean 'city'?"),
    ]


def test_a_type_that_the_column_cannot_be_read_as(trainers: Trainers, profile: DatasetProfile) -> None:
    problem = only_problem(config(input_features=[{"name": "city", "type": "number"}]), trainers, profile)
    assert problem.path == "input_features[0].type"
    assert problem.suggestion == "The column looks like type category."


TRUE = [TopValue(value="true", count=100)]


@pytest.mark.parametrize(
    ("target", "path", "message"),
    [
        (
            {"count": 0, "distinct_count": 0, "top_values": []},
            "output_features[0].name",
            "has no value in any of 100 rows",
        ),
        ({"distinct_count": 1, "top_values": TRUE}, "output_features[0].name", "has only one class ('true')"),
        ({"distinct_count": 5}, "output_features[0].type", "has 5 different values"),
        ({"count": 3}, "dataset", "Only 3 rows have a target"),
    ],
)
def test_a_target_that_cannot_be_learned(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile, target: dict[str, Any], path: str, message: str
) -> None:
    profile = new_profile(new_column("age"), new_column("city", "category"), new_column("bought", "binary", **target))
    problem = only_problem(config(), trainers, profile)
    assert problem.path == path
    assert message in problem.message


def test_a_target_that_is_not_there(trainers: Trainers, profile: DatasetProfile) -> None:
    problem = only_problem(config(output_features=[{"name": "bougth", "type": "binary"}]), trainers, profile)
    assert (problem.path, problem.suggestion) == ("output_features[0].name", "Did you mean 'bought'?")


def test_a_constant_number_target(trainers: Trainers, new_column: NewColumn, new_profile: NewProfile) -> None:
    profile = new_profile(new_column("age"), new_column("price", distinct_count=1))
    data = config(
        input_features=[{"name": "age", "type": "number"}], output_features=[{"name": "price", "type": "number"}]
    )
    assert "same value" in only_problem(data, trainers, profile).message


@pytest.mark.parametrize("probabilities", [[1.0, 0.0, 0.0], [0.9, 0.1, 0.0]])
def test_a_split_that_leaves_a_part_empty(
    trainers: Trainers, profile: DatasetProfile, probabilities: list[float]
) -> None:
    problems = parse_config(
        config(preprocessing={"split": {"probabilities": probabilities}}), trainers, profile
    ).problems
    assert problems
    assert all(problem.path == "preprocessing.split.probabilities" for problem in problems)
    assert "test part of 100 rows empty" in problems[-1].message


def test_a_fixed_split_needs_rows_of_every_part(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile
) -> None:
    parts = [TopValue(value="0", count=60), TopValue(value="2", count=40)]
    profile = new_profile(
        new_column("age"),
        new_column("city", "category"),
        new_column("bought", "binary"),
        new_column("part", data_type="BIGINT", distinct_count=2, top_values=parts),
    )
    data = config(preprocessing={"split": {"type": "fixed", "column": "part"}})
    problem = only_problem(data, trainers, profile)
    assert problem.message == "The split leaves the validation part empty."


def test_rendering_writes_out_what_the_trainer_and_the_defaults_say(trainers: Trainers) -> None:
    data = config(defaults={"number": {"preprocessing": {"missing_value_strategy": "drop_row"}}})
    parsed = parse_config(data, trainers)
    assert parsed.config is not None
    rendered = render_config(parsed.config, trainers["gbm"])
    assert "defaults" not in rendered
    assert rendered["input_features"][0]["preprocessing"] == {
        "missing_value_strategy": "drop_row",
        "fill_value": None,
        "normalization": None,
    }
    assert rendered["trainer"]["num_boost_round"] == 5000
    assert rendered["random_seed"] == 42
    dense = render_config(parsed.config.model_copy(update={"model_type": "linear"}), trainers["linear"])
    assert dense["input_features"][0]["preprocessing"]["normalization"] == "zscore"
    assert dense["input_features"][1]["preprocessing"]["most_common"] == 100


@pytest.mark.parametrize("place", ["feature", "defaults"])
def test_gaps_are_kept_only_by_trainers_that_learn_from_them(trainers: Trainers, place: str) -> None:
    keep = {"preprocessing": {"missing_value_strategy": "keep"}}
    changes: dict[str, Any] = {"defaults": {"number": keep}}
    if place == "feature":
        changes = {"input_features": [{"name": "age", "type": "number", **keep}]}
    path = {"feature": "input_features[0]", "defaults": "defaults.number"}[place]
    for name in ("gbm", "forest", "linear", "mlp"):
        found = parse_config(config(model_type=name, trainer={}, **changes), trainers).problems
        expected = [] if name in {"gbm", "forest"} else [f"{path}.preprocessing.missing_value_strategy"]
        assert [problem.path for problem in found] == expected


@pytest.mark.parametrize(
    ("values", "chosen", "message"),
    [
        (["No", "Yes"], "No", None),
        (["false", "true"], True, None),
        (["0.0", "1.0"], 0, None),
        (["No", "Yes"], "Maybe", "'Maybe' is no value of target 'bought'."),
        (["a", "b", "c"], "a", "A positive class is for a target of two classes; 'bought' has 3."),
    ],
)
def test_the_positive_class_is_one_of_two(
    trainers: Trainers, new_column: Any, new_profile: Any, values: list[str], chosen: Any, message: str | None
) -> None:
    top = [TopValue(value=value, count=30) for value in values]
    target = new_column("bought", "category", distinct_count=len(values), top_values=top)
    output = {"name": "bought", "type": "category", "preprocessing": {"fallback_true_label": chosen}}
    data = {"input_features": [{"name": "x", "type": "number"}], "output_features": [output]}
    problems = parse_config(data, trainers, new_profile(new_column("x"), target)).problems
    assert [problem.message for problem in problems] == ([message] if message else [])


def test_many_inputs_are_checked_in_a_moment(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile
) -> None:
    """Half of them unknown: what each may have meant is only looked for where it is told."""
    inputs = [{"name": f"column_{number}", "type": "number"} for number in range(10_000)]
    columns = [new_column(f"column_{number}") for number in range(5000)]
    profile = new_profile(*columns, new_column("bought", "binary"))
    began = time.process_time()
    parsed = parse_config(config(input_features=inputs), trainers, profile)
    assert time.process_time() - began < 3
    assert len(parsed.problems) == 20
    assert parsed.problems[0].path == "input_features[5000].name"

"""What is proposed for a table, and why."""

from collections.abc import Callable
from typing import Any

import pytest

from modelyard.wire.config import detect_config, parse_config, render_config
from modelyard.wire.datasets import ColumnProfile, DatasetProfile, NumberStatistics, TopValue
from modelyard.wire.trainers import TrainerInfo

NewColumn = Callable[..., ColumnProfile]
NewProfile = Callable[..., DatasetProfile]
Trainers = dict[str, TrainerInfo]


def statistics(low: float, high: float) -> NumberStatistics:
    return NumberStatistics(
        minimum=low, maximum=high, mean=0, standard_deviation=1, quantiles={}, zero_count=0, non_finite_count=0
    )


def input_names(config: dict[str, Any]) -> list[str]:
    return [feature["name"] for feature in config["input_features"]]


def test_leaves_out_what_teaches_nothing(trainers: Trainers, new_column: NewColumn, new_profile: NewProfile) -> None:
    profile = new_profile(
        new_column("customer_id", data_type="BIGINT", distinct_count=100, number=statistics(5, 9000)),
        new_column("row", data_type="BIGINT", distinct_count=100, number=statistics(1, 100)),
        new_column("amount", distinct_count=100, number=statistics(0, 1)),
        new_column("constant", distinct_count=1),
        new_column("empty", count=0, missing_count=100, distinct_count=0),
        new_column("city", "category"),
        new_column("bought", "binary"),
    )
    config, notes = detect_config(profile, "bought", trainers["gbm"])
    assert input_names(config) == ["amount", "city"]
    assert [note.split("'")[1] for note in notes] == ["customer_id", "row", "constant", "empty"]
    assert config["preprocessing"]["split"]["type"] == "stratify"
    assert parse_config(config, trainers, profile).problems == []


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ({"kind": "binary"}, "binary"),
        ({"kind": "category"}, "category"),
        ({"kind": "number"}, "number"),
        ({"kind": "number", "data_type": "BIGINT", "distinct_count": 3}, "category"),
        ({"kind": "number", "distinct_count": 2}, "binary"),
    ],
)
def test_the_target_decides_the_output_type(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile, column: dict[str, Any], expected: str
) -> None:
    config, _ = detect_config(new_profile(new_column("x"), new_column("y", **column)), "y", trainers["gbm"])
    assert config["output_features"] == [{"name": "y", "type": expected}]
    assert config["preprocessing"]["split"]["type"] == ("random" if expected == "number" else "stratify")


def test_uses_a_split_column(trainers: Trainers, new_column: NewColumn, new_profile: NewProfile) -> None:
    parts = [TopValue(value=value, count=30) for value in "012"]
    profile = new_profile(new_column("x"), new_column("split", "category", top_values=parts), new_column("y", "binary"))
    config, _ = detect_config(profile, "y", trainers["gbm"])
    assert config["preprocessing"]["split"] == {"type": "fixed", "column": "split"}
    assert input_names(config) == ["x"]
    assert parse_config(config, trainers, profile).problems == []


def test_gaps_are_kept_for_trees_and_filled_for_others(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile
) -> None:
    gaps = {"count": 90, "missing_count": 10}
    profile = new_profile(new_column("x", **gaps), new_column("z", "binary", **gaps), new_column("y", "binary"))
    for name, strategies in {"gbm": [], "forest": [], "linear": ["fill_with_mean", "fill_with_mode"]}.items():
        config, notes = detect_config(profile, "y", trainers[name])
        parsed = parse_config(config, trainers, profile)
        assert parsed.config is not None, parsed.problems
        rendered = render_config(parsed.config, trainers[name])
        found = [feature["preprocessing"]["missing_value_strategy"] for feature in rendered["input_features"]]
        assert found == (strategies or ["keep", "keep"])
        assert sum("10.0%" in note for note in notes) == 2


def test_a_rare_class_is_the_positive_one_and_is_not_weighted(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile
) -> None:
    classes = [TopValue(value="yes", count=97), TopValue(value="no", count=3)]
    for kind in ("binary", "category"):
        target = new_column("y", kind, distinct_count=2, top_values=classes)
        profile = new_profile(new_column("x"), target)
        config, notes = detect_config(profile, "y", trainers["gbm"])
        assert "trainer" not in config
        assert config["output_features"] == [
            {"name": "y", "type": kind, "preprocessing": {"fallback_true_label": "no"}}
        ]
        assert any("'no'" in note and "3.0%" in note for note in notes)
        assert parse_config(config, trainers, profile).problems == []


def test_leaves_out_types_the_trainer_does_not_take(
    trainers: Trainers, new_column: NewColumn, new_profile: NewProfile
) -> None:
    profile = new_profile(new_column("note", "text"), new_column("x"), new_column("y", "binary"))
    config, notes = detect_config(profile, "y", trainers["mlp"])
    assert input_names(config) == ["x"]
    assert notes == ["Left out 'note': trainer mlp takes no inputs of type text."]


def test_an_unknown_target_is_refused(trainers: Trainers, new_column: NewColumn, new_profile: NewProfile) -> None:
    with pytest.raises(ValueError, match="no column 'prise'"):
        detect_config(new_profile(new_column("price")), "prise", trainers["gbm"])

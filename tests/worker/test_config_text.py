"""Configs as YAML and JSON Schema."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.wire.config import config_json_schema, dump_yaml, load_yaml, parse_config, render_config
from modelyard.wire.trainers import TrainerInfo

Trainers = dict[str, TrainerInfo]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
number_features: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"name": names, "type": st.just("number")},
    optional={
        "preprocessing": st.fixed_dictionaries(
            {},
            optional={
                "missing_value_strategy": st.sampled_from(["fill_with_mean", "fill_with_const", "drop_row"]),
                "fill_value": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "normalization": st.sampled_from(["zscore", "minmax", "log1p", "iq", None]),
            },
        )
    },
)
text_features: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"name": names, "type": st.sampled_from(["category", "text", "binary", "date"])}, optional={"column": names}
)
configs: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "input_features": st.lists(
            number_features | text_features, min_size=1, max_size=6, unique_by=lambda feature: feature["name"]
        ),
        "output_features": st.sampled_from(["binary", "category", "number"]).map(
            lambda kind: [{"name": "the target", "type": kind}]
        ),
    },
    optional={
        "random_seed": st.integers(0, 2**31 - 1),
        "trainer": st.fixed_dictionaries({}, optional={"learning_rate": st.floats(1e-6, 1)}),
        "backend": st.fixed_dictionaries({}, optional={"max_retries": st.integers(0, 10)}),
    },
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), values, max_size=5))
def test_yaml_gives_back_what_was_written(data: dict[str, Any]) -> None:
    assert load_yaml(dump_yaml(data)) == (data, [])


@settings(max_examples=50, deadline=None)
@given(data=configs)
def test_rendering_survives_yaml_and_is_final(trainers: Trainers, data: dict[str, Any]) -> None:
    parsed = parse_config(data, trainers)
    assert parsed.config is not None, parsed.problems
    rendered = render_config(parsed.config, trainers["gbm"])
    read, problems = load_yaml(dump_yaml(rendered))
    assert (read, problems) == (rendered, [])
    again = parse_config(rendered, trainers)
    assert again.config is not None, again.problems
    assert render_config(again.config, trainers["gbm"]) == rendered
    jsonschema.validate(rendered, config_json_schema(trainers.values()))


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("a: 1\na: 2", "line 2, column 1", "the key 'a' is given twice"),
        ("a: [1", "line 1, column 6", "expected ',' or ']'"),
        ("a: &x 1\nb: *x", "line 2, column 4", "aliases (*name) are not supported"),
        ("", "line 1, column 1", "A config is a mapping"),
        ("- a", "line 1, column 1", "A config is a mapping"),
        ("1: a", "yaml", "Keys must be text"),
        ("a: !!python/object:os.system {}", "line 1, column 4", "could not determine a constructor"),
    ],
)
def test_text_that_is_no_config_is_placed(text: str, path: str, message: str) -> None:
    data, problems = load_yaml(text)
    assert data is None
    assert problems[0].path == path
    assert message in problems[0].message


def test_scalars_mean_what_they_look_like() -> None:
    text = "a: no\nb: 1e-3\nc: 2020-01-01\nd: 010\ne: yes\nf: true"
    assert load_yaml(text)[0] == {"a": "no", "b": 0.001, "c": "2020-01-01", "d": 10, "e": "yes", "f": True}


def test_the_schema_knows_each_trainers_options(trainers: Trainers) -> None:
    schema = config_json_schema(trainers.values())
    data = {
        "input_features": [{"name": "a", "type": "number"}],
        "output_features": [{"name": "b", "type": "number"}],
    }
    jsonschema.validate({**data, "model_type": "mlp", "trainer": {"epochs": 3}}, schema)
    jsonschema.validate({**data, "trainer": {"num_leaves": 3}}, schema)
    for wrong in ({"trainer": {"epochs": 3}}, {"model_type": "mlp", "trainer": {"num_leaves": 3}}, {"model_type": "x"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**data, **wrong}, schema)

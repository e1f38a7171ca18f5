from pathlib import Path
from typing import Any

import pytest

from modelyard.sdk import InvalidArgumentError, InvalidConfigError
from modelyard.sdk._config import read_config

YAML = "model_type: gbm\ninput_features:\n  - name: a\n"
CONFIG = {"model_type": "gbm", "input_features": [{"name": "a"}]}


def test_a_dict_yaml_text_and_a_file_are_the_same(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_text(YAML)
    assert read_config(CONFIG) == read_config(YAML) == read_config(path) == read_config(str(path)) == CONFIG


def test_a_single_line_of_yaml_is_not_a_path():
    assert read_config("model_type: gbm") == {"model_type": "gbm"}


@pytest.mark.parametrize("path", ["missing.yaml", "missing.json", "missing", Path("missing: one.yaml")])
def test_a_missing_file_is_named(path: Any):
    with pytest.raises(InvalidArgumentError, match="missing"):
        read_config(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: [1, 2\nb: 3\n", "line 2"), ("a: 1\na: 2\n", "line 2"), ("- a\n- b\n", "line 1"), ("\n", "line 1")],
)
def test_bad_yaml_says_where(text: str, place: str):
    with pytest.raises(InvalidConfigError) as caught:
        read_config(text)
    assert place in caught.value.problems[0].path


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"model_type: \xff\xfe")
    with pytest.raises(InvalidConfigError, match="UTF-8"):
        read_config(path)

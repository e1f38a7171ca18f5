"""The reference names every option of every trainer and every key of a config."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from modelyard.wire.config import Config
from modelyard.wire.config.features import PREPROCESSING
from modelyard.wire.config.models import Backend, DataPreparation, DatetimeSplit
from modelyard.wire.trainers import TrainerInfo

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["gbm", "linear", "forest", "mlp"])
def test_every_option_is_documented_with_its_help(trainers: dict[str, TrainerInfo], name: str) -> None:
    _, _, rest = (REFERENCE / "trainers.md").read_text().partition(f"\n## {name}\n")
    section = rest.partition("\n## ")[0]
    for option in trainers[name].options:
        assert f"| `{option.name}` |" in section
        assert option.help.replace("|", "\\|") in section


@pytest.mark.parametrize("section", [Config, Backend, DataPreparation, DatetimeSplit, *PREPROCESSING.values()])
def test_every_key_is_documented(section: type[BaseModel]) -> None:
    text = (REFERENCE / "config.md").read_text()
    for key in section.model_fields:
        assert f"`{key}`" in text

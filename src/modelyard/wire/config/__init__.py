"""The declarative config of a training, in Ludwig's format: read, check, fill in, propose, write.

    load_yaml(text) -> (data | None, problems)              text to plain values; problems say line and column
    parse_config(data, trainers, profile=None) -> ParsedConfig   `.config`, or `.problems` (all of them at once)
    render_config(config, trainer) -> dict                  every default filled in; what a worker is given
    detect_config(profile, target, trainer) -> (dict, notes)     a proposal from the data, and why
    dump_yaml(data) -> str                                  for people; `load_yaml` gives the same values back
    config_json_schema(trainers) -> dict                    for editors
    config_warnings(config, profile) -> list                what is suspicious, though it can be trained

`trainers` maps names to the TrainerInfo that each trainer publishes. Problem paths are written as in the config, e.g.
`input_features[2].type`. Nothing here reads data or imports a machine-learning library.
"""

from modelyard.wire.config.advice import config_warnings
from modelyard.wire.config.data_checks import PART_NAMES, check_against_data
from modelyard.wire.config.detection import detect_config
from modelyard.wire.config.json_schema import config_json_schema, trainer_json_schema
from modelyard.wire.config.models import DEFAULT_SEED, DEFAULT_TRAINER, MINIMUM_ROWS, SPLIT_NAMES, Config, split_sizes
from modelyard.wire.config.rendering import render_config
from modelyard.wire.config.validation import ParsedConfig, parse_config
from modelyard.wire.config.yaml_text import dump_yaml, load_yaml

__all__ = [
    "DEFAULT_SEED",
    "DEFAULT_TRAINER",
    "MINIMUM_ROWS",
    "PART_NAMES",
    "SPLIT_NAMES",
    "Config",
    "ParsedConfig",
    "check_against_data",
    "config_json_schema",
    "config_warnings",
    "detect_config",
    "dump_yaml",
    "load_yaml",
    "parse_config",
    "render_config",
    "split_sizes",
    "trainer_json_schema",
]

"""Reading, checking and proposing configs for data that is stored here."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from modelyard.server.datasets.profiles import read_profile
from modelyard.server.datasets.queries import StoredVersion, get_version
from modelyard.server.db import Database
from modelyard.server.kernel.errors import InvalidArgument, InvalidConfig
from modelyard.server.storage import FileStore
from modelyard.server.training.configs.expected_columns import expected_classes, expected_type
from modelyard.server.training.configs.leaks import LeakFinder
from modelyard.server.training.configs.trainers import installed_trainers
from modelyard.wire.config import (
    DEFAULT_TRAINER,
    Config,
    ParsedConfig,
    config_warnings,
    detect_config,
    dump_yaml,
    load_yaml,
    parse_config,
    render_config,
)
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import DatasetProfile
from modelyard.wire.errors import Problem
from modelyard.wire.models import ConfigDetectRequest, ConfigValidateRequest, ConfigValidation, DetectedConfig

MAX_CONFIG_BYTES = 8 * 1024 * 1024
"""Of a request: a config may name thousands of columns."""


@dataclass(frozen=True, slots=True)
class CheckedConfig:
    """A config that can be trained on its data."""

    given: Mapping[str, Any]
    config: Config
    rendered: dict[str, Any]
    data: StoredVersion
    column_types: Mapping[str, str]
    """Types that the input columns of a model trained on it are expected to have."""
    classes: frozenset[str] | None
    """Values of its target, when all are known."""


async def check_config(
    database: Database,
    store: FileStore,
    project_id: int,
    given: Mapping[str, Any],
    dataset: str,
    dataset_version: int | None,
) -> CheckedConfig:
    """:raises NotFound: there is no such dataset or version.
    :raises InvalidConfig: with everything that is wrong at once.
    """
    data, profile = await _read_data(database, store, project_id, dataset, dataset_version)
    parsed = await asyncio.to_thread(_parse, given, profile)
    if parsed.config is None:
        first = parsed.problems[0]
        more = f" And {len(parsed.problems) - 1} more." if len(parsed.problems) > 1 else ""
        raise InvalidConfig(
            f"The config cannot be trained on {dataset}@{data.record.number}. {first.path}: {first.message}{more}",
            hint=first.suggestion,
            problems=parsed.problems,
        )
    rendered = render_config(parsed.config, installed_trainers()[parsed.config.model_type])
    columns = {column.name: column for column in profile.columns}
    types = {feature.source: expected_type(columns[feature.source]) for feature in parsed.config.input_features}
    classes = expected_classes(columns[parsed.config.target], parsed.config.output_features[0].type)
    return CheckedConfig(given, parsed.config, rendered, data, types, classes)


async def validate_config(
    database: Database, store: FileStore, leaks: LeakFinder, project_id: int, request: ConfigValidateRequest
) -> ConfigValidation:
    """:raises NotFound: there is no such dataset or version.
    :raises InvalidArgument: not exactly one of `config` and `yaml`.
    """
    if (request.config is None) == (request.yaml is None):
        raise InvalidArgument("Give exactly one of `config` and `yaml`.")
    data, profile = await _read_data(database, store, project_id, request.dataset, request.dataset_version)
    given, problems = request.config, list[Problem]()
    if request.yaml is not None:
        given, problems = await asyncio.to_thread(load_yaml, request.yaml)
    text = request.yaml if request.yaml is not None else await asyncio.to_thread(dump_yaml, request.config or {})
    return await _validate(given, problems, text, data, profile, leaks)


async def propose_config(
    database: Database, store: FileStore, leaks: LeakFinder, project_id: int, request: ConfigDetectRequest
) -> DetectedConfig:
    """:raises NotFound: there is no such dataset or version.
    :raises InvalidConfig: there is no such target column.
    :raises InvalidArgument: there is no such trainer.
    """
    data, profile = await _read_data(database, store, project_id, request.dataset, request.dataset_version)
    trainers = installed_trainers()
    name = request.trainer or DEFAULT_TRAINER
    if name not in trainers:
        raise InvalidArgument(f"There is no trainer {name!r}.", hint=f"Trainers: {', '.join(sorted(trainers))}.")
    try:
        config, notes = await asyncio.to_thread(detect_config, profile, request.target, trainers[name])
    except ValueError as error:
        problem = Problem(path="target", message=str(error))
        raise InvalidConfig(str(error), problems=[problem]) from error
    checked = await _validate(config, [], dump_yaml(config), data, profile, leaks)
    return DetectedConfig(**dict(checked), notes=notes)


def flatten_params(rendered: Mapping[str, Any]) -> dict[str, str]:
    """The params of the run: what the trainer is told, and the seed."""
    params = {"model_type": str(rendered["model_type"]), "random_seed": str(rendered["random_seed"])}
    return {**params, **{name: _param(value) for name, value in rendered["trainer"].items()}}


def _param(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


async def _validate(
    given: dict[str, Any] | None,
    problems: list[Problem],
    text: str,
    data: StoredVersion,
    profile: DatasetProfile,
    leaks: LeakFinder,
) -> ConfigValidation:
    """`given` is absent when its text cannot be read, as the problems say."""
    if given is None:
        return ConfigValidation(
            valid=False, problems=problems, config=None, yaml=text, rendered=None, dataset_version=data.record
        )
    parsed = await asyncio.to_thread(_parse, given, profile)
    rendered = None
    if parsed.config is not None:
        rendered = render_config(parsed.config, installed_trainers()[parsed.config.model_type])
    return ConfigValidation(
        valid=parsed.config is not None,
        problems=parsed.problems,
        config=given,
        yaml=text,
        rendered=rendered,
        warnings=await _warnings(given, data, profile, leaks),
        dataset_version=data.record,
        classes=_classes(given, profile),
    )


def _classes(given: Mapping[str, Any], profile: DatasetProfile) -> list[str]:
    """Both values of a target that has two, also in a config that has problems."""
    match given:
        case {"output_features": [{"name": name, "type": kind, **rest}, *_]} if kind != "number":
            target = next((column for column in profile.columns if column.name == (rest.get("column") or name)), None)
            return [top.value for top in target.top_values] if target and target.distinct_count == 2 else []
    return []


def _parse(given: Mapping[str, Any], profile: DatasetProfile) -> ParsedConfig:
    return parse_config(given, installed_trainers(), profile)


async def _warnings(
    given: Mapping[str, Any], data: StoredVersion, profile: DatasetProfile, leaks: LeakFinder
) -> list[DataWarning]:
    """What is suspicious about a config that is well formed, whether or not it can be trained."""
    try:
        config = Config.model_validate(given)
    except ValidationError:
        return []
    return [*config_warnings(config, profile), *await leaks.find(data, config)]


async def _read_data(
    database: Database, store: FileStore, project_id: int, dataset: str, number: int | None
) -> tuple[StoredVersion, DatasetProfile]:
    data = await database.read(lambda connection: get_version(connection, project_id, dataset, number))
    return data, await read_profile(store, data)

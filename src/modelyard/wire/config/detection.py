"""A first config, proposed from the profile of the data: pure rules, each with a note that says why it fired."""

from typing import Any

from modelyard.wire.config.data_checks import PART_NAMES
from modelyard.wire.config.features import KEEPING
from modelyard.wire.config.models import SPLIT_NAMES
from modelyard.wire.config.paths import did_you_mean
from modelyard.wire.datasets import ColumnProfile, DatasetProfile
from modelyard.wire.identifiers import identifier_reason, is_integer
from modelyard.wire.trainers import TrainerInfo

_FEW_CLASSES = 10


def detect_config(profile: DatasetProfile, target: str, trainer: TrainerInfo) -> tuple[dict[str, Any], list[str]]:
    """A config that trains `trainer` to predict `target`, and what was noticed on the way.

    Raises ValueError if the data has no column `target`.
    """
    columns = {column.name: column for column in profile.columns}
    if target not in columns:
        raise ValueError(f"The dataset has no column '{target}'. {did_you_mean(target, columns) or ''}".rstrip())
    notes: list[str] = []
    output_type = _output_type(columns[target], notes)
    split, split_column = _split(columns, target, output_type, notes)
    inputs = []
    for column in profile.columns:
        if column.name in {target, split_column}:
            continue
        reason = _leave_out(column, trainer)
        if reason is not None:
            notes.append(f"Left out '{column.name}': {reason}.")
            continue
        inputs.append(_input_feature(column, trainer, notes))
    config: dict[str, Any] = {
        "model_type": trainer.name,
        "input_features": inputs,
        "output_features": [_output_feature(columns[target], output_type, notes)],
        "preprocessing": {"split": split},
    }
    if not inputs:
        notes.append("No column is left to learn from: add input features by hand.")
    return config, notes


def _output_type(column: ColumnProfile, notes: list[str]) -> str:
    kind = column.feature_type.value
    if kind in {"binary", "category"}:
        return kind
    if column.distinct_count == 2:
        notes.append(f"Target '{column.name}' has two values, so its type is binary.")
        return "binary"
    if kind == "number":
        if is_integer(column) and column.distinct_count <= _FEW_CLASSES:
            notes.append(
                f"Target '{column.name}' has {column.distinct_count} different whole numbers, so its type is category; "
                "choose number if they are amounts."
            )
            return "category"
        return "number"
    notes.append(f"Target '{column.name}' is {kind}; its values are taken as categories.")
    return "category"


def _output_feature(column: ColumnProfile, output_type: str, notes: list[str]) -> dict[str, Any]:
    """The target; of two classes the rarer is proposed as the positive one."""
    feature: dict[str, Any] = {"name": column.name, "type": output_type}
    if output_type == "number" or column.distinct_count != 2 or len(column.top_values) != 2:
        return feature
    common, rare = column.top_values
    if common.count == rare.count:
        return feature
    feature["preprocessing"] = {"fallback_true_label": rare.value}
    notes.append(
        f"The positive class of '{column.name}' is '{rare.value}', because it is the rarer of the two "
        f"({rare.count / column.count:.1%}); fallback_true_label chooses the other."
    )
    return feature


def _split(
    columns: dict[str, ColumnProfile], target: str, output_type: str, notes: list[str]
) -> tuple[dict[str, Any], str | None]:
    """The split, and the column that it uses up."""
    candidate = columns.get("split")
    if candidate is not None and candidate.name != target and candidate.missing_count == 0:
        parts = {PART_NAMES.get(top.value.removesuffix(".0").lower()) for top in candidate.top_values}
        if parts == set(SPLIT_NAMES):
            notes.append("Rows are split as column 'split' says.")
            return {"type": "fixed", "column": "split"}, "split"
    probabilities = [0.7, 0.1, 0.2]
    if output_type == "number":
        return {"type": "random", "probabilities": probabilities}, None
    return {"type": "stratify", "column": target, "probabilities": probabilities}, None


def _leave_out(column: ColumnProfile, trainer: TrainerInfo) -> str | None:
    """Why a column is no input, if it is none."""
    if column.count == 0:
        return "it has no values"
    if column.distinct_count <= 1:
        return "it has the same value in every row"
    if (reason := identifier_reason(column)) is not None:
        return f"{reason}, so it looks like an identifier"
    if column.feature_type.value not in trainer.input_types:
        return f"trainer {trainer.name} takes no inputs of type {column.feature_type.value}"
    return None


def _input_feature(column: ColumnProfile, trainer: TrainerInfo, notes: list[str]) -> dict[str, Any]:
    kind = column.feature_type.value
    feature: dict[str, Any] = {"name": column.name, "type": kind}
    if column.missing_count == 0:
        return feature
    share = column.missing_count / (column.count + column.missing_count)
    notes.append(f"'{column.name}' has no value in {share:.1%} of the rows; see its missing_value_strategy.")
    if trainer.takes_missing and kind in KEEPING:
        return feature
    if kind == "number":
        feature["preprocessing"] = {"missing_value_strategy": "fill_with_mean"}
    elif kind == "binary":
        feature["preprocessing"] = {"missing_value_strategy": "fill_with_mode"}
    return feature

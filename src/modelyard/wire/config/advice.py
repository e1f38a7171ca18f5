"""Warnings about a config that can be trained on its data, by the profile of the data."""

from modelyard.wire.config.data_checks import MAX_CLASSES
from modelyard.wire.config.models import Config, RandomSplit, StratifySplit
from modelyard.wire.data_warnings import DataWarning, WarningAction, drop_feature
from modelyard.wire.datasets import ColumnProfile, DatasetProfile
from modelyard.wire.identifiers import identifier_reason

_MOSTLY = 0.5
_MIN_ROWS_PER_CLASS = 3


def config_warnings(config: Config, profile: DatasetProfile) -> list[DataWarning]:
    """Warnings about the target, then the split, then the input features in their order."""
    columns = {column.name: column for column in profile.columns}
    target = columns.get(config.output_features[0].source)
    warnings = [] if target is None else _of_target(config, target)
    warnings += _of_split(config, columns)
    for feature in config.input_features:
        column = columns.get(feature.source)
        if column is not None:
            warnings += _of_feature(feature.name, column)
    return warnings


def _of_target(config: Config, column: ColumnProfile) -> list[DataWarning]:
    warnings = []
    choose = WarningAction(kind="choose_target", label="Choose another target")
    row_count = column.count + column.missing_count
    if column.missing_count > row_count * _MOSTLY:
        share = column.missing_count / row_count
        message = (
            f"Target '{column.name}' has no value in {share:.1%} of the rows. Those rows are left out; if they lack it "
            "for a reason, the model learns from rows unlike those that it will meet."
        )
        warnings.append(DataWarning(code="missing_target", message=message, action=choose))
    if config.output_features[0].type != "category":
        return warnings
    per_class = column.count / max(1, column.distinct_count)
    if column.distinct_count > MAX_CLASSES or per_class < _MIN_ROWS_PER_CLASS:
        message = (
            f"Target '{column.name}' has {column.distinct_count:,} classes, {per_class:.1f} rows each on average. "
            f"At most {MAX_CLASSES:,} can be trained, and each needs several rows to learn from."
        )
        warnings.append(DataWarning(code="too_many_classes", message=message, action=choose))
    return warnings


def _of_split(config: Config, columns: dict[str, ColumnProfile]) -> list[DataWarning]:
    split = config.preprocessing.split
    if not isinstance(split, RandomSplit | StratifySplit):
        return []
    target = config.output_features[0].source
    dates = [
        column.name
        for column in columns.values()
        if column.feature_type.value == "date"
        and column.name != target
        and column.missing_count == 0
        and column.distinct_count > 2
    ]
    if not dates:
        return []
    message = (
        f"Rows are split at random, though '{dates[0]}' says when they are from. Then the model is tested on rows "
        "between those it learned from, which flatters it if it is to predict the future."
    )
    newest_test = {"type": "datetime", "column": dates[0], "probabilities": split.probabilities}
    action = WarningAction(kind="set_split", label=f"Split by {dates[0]}", split=newest_test)
    return [DataWarning(code="random_split_of_dates", message=message, action=action)]


def _of_feature(name: str, column: ColumnProfile) -> list[DataWarning]:
    if column.distinct_count <= 1:
        return [drop_feature("constant_feature", name, f"'{name}' has one value in every row: it teaches nothing.")]
    if (reason := identifier_reason(column)) is not None:
        message = (
            f"'{name}' looks like an identifier, as {reason}: a model can learn its values by heart, but nothing from "
            "them."
        )
        return [drop_feature("identifier_feature", name, message)]
    return []

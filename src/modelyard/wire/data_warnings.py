"""Warnings about a training, before it or after it, and the change that one click makes."""

from typing import Any, Literal

from pydantic import Field

from modelyard.wire.base import Record

WarningCode = Literal[
    "target_leak",
    "constant_feature",
    "identifier_feature",
    "missing_target",
    "too_many_classes",
    "random_split_of_dates",
    "duplicate_rows",
    "overfitting",
    "no_signal",
    "last_iteration_is_best",
]


class WarningAction(Record):
    """A change of the config. Which of the other fields are there depends on the kind."""

    kind: Literal["drop_feature", "set_split", "set_option", "drop_duplicates", "choose_target", "edit_config"]
    label: str = Field(description="What it does, as the text of a button.")
    feature: str | None = Field(default=None, description="The input feature to leave out.")
    split: dict[str, Any] | None = Field(default=None, description="The config's new `preprocessing.split`.")
    option: str | None = Field(default=None, description="The option of the trainer to set.")
    value: Any = Field(default=None, description="The option's new value.")


class DataWarning(Record):
    code: WarningCode = Field(description="Stable.")
    message: str = Field(description="What was found, and why it matters.")
    feature: str | None = Field(default=None, description="The input feature it is about.")
    action: WarningAction | None = Field(default=None, description="What would mend it.")


def drop_feature(code: WarningCode, feature: str, message: str) -> DataWarning:
    """A warning about an input feature that is better left out."""
    action = WarningAction(kind="drop_feature", label=f"Leave out {feature}", feature=feature)
    return DataWarning(code=code, message=message, feature=feature, action=action)

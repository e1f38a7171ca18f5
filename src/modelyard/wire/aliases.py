"""Aliases: movable names of versions, with the history of their moves."""

from datetime import datetime

from pydantic import Field

from modelyard.wire.base import MAX_NUMBER, Name, Number, Record, Request, example

MAX_MESSAGE_LENGTH = 2000


class Alias(Record):
    """An alias of a model, and the last change of it."""

    model: Name
    alias: str
    version: int = Field(description="The number of the version that it names.")
    semver: str | None = Field(description="That version's.")
    is_protected: bool = Field(description="Only who may administrate models moves it.")
    changed_at: datetime
    changed_by: str
    message: str = Field(description="Why it was moved there.")


class AliasChange(Record):
    """One move of an alias."""

    version: int | None = Field(description="What it named from then on; absent when it was removed.")
    at: datetime
    actor: str
    message: str


class AliasSet(Request):
    """The version that an alias names from now on."""

    model_config = example(version=3, message="It passed the review.", expected=2)

    version: Number
    message: str = Field(default="", max_length=MAX_MESSAGE_LENGTH, description="Why.")
    expected: int | None = Field(
        default=None,
        ge=0,
        le=MAX_NUMBER,
        description="The number that it names now, as far as the caller knows; 0 for none. 409 when it names another.",
    )


class AliasRollback(Request):
    """Back to the version that the alias named before."""

    model_config = example(message="Wrong answers since noon.")

    message: str = Field(default="", max_length=MAX_MESSAGE_LENGTH)
    expected: int | None = Field(default=None, ge=0, le=MAX_NUMBER)


class AliasProtection(Request):
    model_config = example(is_protected=True)

    is_protected: bool

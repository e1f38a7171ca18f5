"""The base of every wire type."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticSerializationError, to_json

Item = TypeVar("Item")

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""Names of projects, datasets and models: 1 to 100 letters, digits, `.`, `_`, `-`; the first a letter or digit."""

_MAX_UNKNOWN = 20
_MAX_ITEMS = 20_000

Name = Annotated[str, Field(description="1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit.")]


MAX_NUMBER = 2**31 - 1

Number = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
"""The number of a version that a client names."""

LAST_MOMENT = 253_402_300_799_999
"""The end of the year 9999 in milliseconds since 1970, after which no text of a time can name a moment."""


class Request(BaseModel):
    """A body that a client sends: unknown fields are an error, so that a typo is never silently ignored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _not_too_many(cls, body: Any) -> Any:
        """One error instead of one for each of very many fields or items, which would take long to find and to send."""
        if not isinstance(body, dict):
            return body
        if len(body) > len(cls.model_fields) + _MAX_UNKNOWN:
            raise ValueError(f"has {len(body)} fields, but only {', '.join(cls.model_fields)} are known")
        for name, value in body.items():
            if isinstance(value, dict | list) and len(value) > _MAX_ITEMS:
                raise ValueError(f"has {len(value)} items in {name[:100]!r}; the limit is {_MAX_ITEMS}")
        return body

    @model_validator(mode="before")
    @classmethod
    def _whole_characters(cls, body: Any) -> Any:
        """JSON can write half of a character, which no database keeps and no answer can show."""
        try:
            to_json(body, serialize_unknown=True)
        except PydanticSerializationError as error:
            if "surrogates not allowed" in str(error):
                raise ValueError("has half of a surrogate pair, which is no character") from error
            raise
        return body


def example(**fields: Any) -> ConfigDict:
    """The configuration of a request whose description shows a body that a client may send."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Record(BaseModel):
    """A body that the server sends: unknown fields are ignored, so that an older client reads a newer server."""

    model_config = ConfigDict(extra="ignore", ser_json_inf_nan="strings", defer_build=True)


class Page(Record, Generic[Item]):
    """One page of a list. `next_page_token` is opaque and absent on the last page."""

    items: list[Item]
    next_page_token: str | None = None
    total: int | None = Field(default=None, description="How many items match, where counting them is cheap.")


class Count(Record):
    """How many items a filter finds."""

    count: int
    exact: bool = Field(description="False when there are at least this many and counting them all would take long.")

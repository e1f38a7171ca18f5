"""Pins: who asks for versions of a model by which names."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record

PinKind = Literal["alias", "latest", "range", "exact", "time"]


class Pin(Record):
    """A name that somebody asks for."""

    reference: str = Field(description="As it was asked for: `prod`, `^1.2`, `1.2.0`, `prod~2026-01-31`.")
    kind: PinKind
    caller: str = Field(description="The user.")
    client: str = Field(description="The program, as it calls itself.")
    first_at: datetime
    last_at: datetime
    request_count: int

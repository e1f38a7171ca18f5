"""The caller, as the server knows them."""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record
from modelyard.wire.permissions import Permission


class Me(Record):
    """The caller and their permissions."""

    user_id: int
    name: str = Field(description="What others see beside what this user did.")
    came_in: Literal["open", "token", "ticket"] = Field(
        description="`open`: without a credential, where the server allows it. `token`: with a token."
    )
    permissions: list[Permission] = Field(description="Names of permissions, in order.")

"""What a caller is told of themselves."""

from typing import Literal

from pydantic import Field

from modelyard.wire.base import Record


class Me(Record):
    """Who is calling, and what they may do."""

    user_id: int
    name: str = Field(description="What others see beside what this user did.")
    came_in: Literal["open", "token", "ticket"] = Field(
        description="`open`: without a credential, where the server allows it. `token`: with a token."
    )
    permissions: list[str] = Field(description="Names of permissions, in order.")

"""Path parameters of versions."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

VersionNumber = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["latest"],
    Path(description="The version's number, or `latest`.", examples=[3]),
]

VersionReference = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | Annotated[str, Field(pattern=r"^(latest|@.+)$", max_length=300)],
    Path(
        description="The version's number, `latest`, or `@` with what an alias may be: `@prod`, `@1.2.0`, `@^1.2`, "
        "`@prod~2026-01-31`.",
        examples=["@prod"],
    ),
]

FilePath = Annotated[str, Path(description="The file's path in the version.", examples=["model/MLmodel"])]

"""Path parameters of versions."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field

VersionNumber = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | Literal["latest"],
    Path(description="The version's number, or `latest`.", examples=[3]),
]

FilePath = Annotated[str, Path(description="The file's path in the version.", examples=["model/MLmodel"])]

"""Path parameters of models."""

from typing import Annotated

from fastapi import Path

ModelName = Annotated[str, Path(description="The model's name.", examples=["iris"])]

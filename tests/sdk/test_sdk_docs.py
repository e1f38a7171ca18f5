"""The reference names every public class and member; the guide's code is code."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from modelyard import sdk

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "sdk.md").read_text()
GUIDE = (DOCS / "guides" / "python.md").read_text()


def section_of(name: str) -> str:
    if issubclass(getattr(sdk, name), sdk.ModelyardError):
        return REFERENCE.split("## Errors")[1]
    found = [
        part
        for part in re.split(r"^##+ ", REFERENCE, flags=re.MULTILINE)
        if re.search(rf"\b{name}\b", part.splitlines()[0])
    ]
    return found[0] if found else REFERENCE.split("## Projects and Engines")[1]


@pytest.mark.parametrize("name", sdk.__all__)
def test_the_reference_names_every_class_and_member(name: str):
    kind = getattr(sdk, name)
    section = section_of(name)
    assert name in REFERENCE
    if issubclass(kind, sdk.ModelyardError):
        return
    for member, value in vars(kind).items():
        if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            assert re.search(rf"\b{member}\b", section), f"{name}.{member}"


@pytest.mark.parametrize(
    "name", ["Datasets.upload", "Model.train", "Model.versions", "Version.wait", "Version.log", "Client.activity"]
)
def test_the_reference_names_every_parameter(name: str):
    kind, member = name.split(".")
    for parameter in list(inspect.signature(getattr(getattr(sdk, kind), member)).parameters)[1:]:
        assert re.search(rf"\b{parameter}\b", section_of(kind)), parameter


def test_the_guide_is_code():
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert blocks
    for block in blocks:
        ast.parse(block)

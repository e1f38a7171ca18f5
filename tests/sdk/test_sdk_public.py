"""The public list, the drawn tree of errors, and what importing costs."""

import inspect
import re
import subprocess
import sys

import modelyard
from modelyard import sdk
from modelyard.sdk import _errors
from modelyard.sdk._errors import BY_CODE, ModelyardError
from modelyard.wire.errors import ErrorCode


def test_the_public_list_is_what_there_is():
    public = {name for name, value in vars(sdk).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert public == set(sdk.__all__)
    assert sorted(sdk.__all__) == sdk.__all__


def test_every_public_name_is_documented():
    for name in sdk.__all__:
        kind = getattr(sdk, name)
        assert kind.__doc__, name
        for member, value in vars(kind).items():
            if not member.startswith("_") and inspect.isfunction(value):
                assert value.__doc__, f"{name}.{member}"


def test_every_code_has_one_class():
    assert set(BY_CODE) == set(ErrorCode)
    assert len(set(BY_CODE.values())) == len(ErrorCode)


def test_the_drawn_tree_of_errors_is_the_tree():
    drawn = re.findall(r"^(?:[│ ]   )*(?:[├└]── )?(\w+Error)\b", str(_errors.__doc__), re.MULTILINE)
    assert drawn == [kind.__name__ for kind in _walk(ModelyardError)]


def test_every_error_is_public():
    assert {kind.__name__ for kind in _walk(ModelyardError)} <= set(sdk.__all__)


def _walk(kind: type[ModelyardError]) -> list[type[ModelyardError]]:
    return [kind] + [found for child in kind.__subclasses__() for found in _walk(child)]


def test_the_client_is_one_import_away():
    assert modelyard.Client is sdk.Client


def test_importing_the_client_does_not_load_what_it_may_never_need():
    heavy = ("pandas", "numpy", "pyarrow", "duckdb", "obstore", "sklearn", "mlflow")
    program = f"import sys; from modelyard import Client; print([m for m in {heavy!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

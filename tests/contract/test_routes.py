"""Every route of the native API names a permission, an operation and what it does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import ValidationError

from modelyard.server.access.guards import GUARD
from modelyard.server.settings import Settings
from modelyard.wire.base import Request


@pytest.fixture(scope="module")
def api() -> FastAPI:
    from modelyard.server.app import create_api  # noqa: PLC0415 - heavy: not while tests are collected

    return create_api(Settings(data_dir=Path("unused")), asyncio.Event())


@pytest.fixture(scope="module")
def described(api: FastAPI) -> dict[str, Any]:
    """The description that the API gives of itself."""
    return api.openapi()


@pytest.fixture(scope="module")
def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By their names."""
    found = [operation for path in described["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in found]
    assert sorted(set(names)) == sorted(names)
    return dict(zip(names, found, strict=True))


def _permissions(dependant: Dependant) -> list[object]:
    own = [getattr(dependant.call, GUARD)] if hasattr(dependant.call, GUARD) else []
    return own + [permission for child in dependant.dependencies for permission in _permissions(child)]


def test_a_route_asks_for_exactly_one_permission(api: FastAPI):
    found = [context.original_route for context in iter_route_contexts(api.routes)]
    routes = [route for route in found if isinstance(route, APIRoute) and route.path != "/health"]
    assert len(routes) > 5
    asked = {f"{sorted(route.methods or ())} {route.path}": _permissions(route.dependant) for route in routes}
    assert len(asked) == len(routes)
    wrong = [f"{route}: {permissions}" for route, permissions in asked.items() if len(permissions) != 1]
    assert not wrong, "\n".join(wrong)


def test_operations_have_names_of_their_own(operations: dict[str, dict[str, Any]]):
    assert len(operations) > 5


def test_an_operation_describes_its_errors_and_what_it_is_asked_with(operations: dict[str, dict[str, Any]]):
    lacking = [f"{name}: {what}" for name, operation in operations.items() for what in _undescribed(operation)]
    assert not lacking, "\n".join(lacking)


def _undescribed(operation: dict[str, Any]) -> Iterator[str]:
    errors = operation["responses"]["default"]["content"]["application/json"]["schema"]
    if errors != {"$ref": "#/components/schemas/ErrorResponse"}:
        yield f"errors are {errors}"
    for parameter in operation.get("parameters", []):
        if not parameter.get("description"):
            yield f"{parameter['name']} has no description"
        if parameter["in"] == "path" and not (parameter.get("examples") or parameter["schema"].get("examples")):
            yield f"{parameter['name']} has no example"


def test_a_json_body_has_an_example_that_fits(described: dict[str, Any], operations: dict[str, dict[str, Any]]):
    bodies = {
        name: operation["requestBody"]["content"]["application/json"]["schema"]
        for name, operation in operations.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert len(bodies) > 5
    schemas = described["components"]["schemas"]
    wrong = []
    for name, body in bodies.items():
        reference = next((part for part in body.get("anyOf", []) if "$ref" in part), body).get("$ref")
        schema = body if reference is None else schemas[reference.rpartition("/")[2]]
        (model,) = [request for request in Request.__subclasses__() if request.__name__ == schema["title"]]
        wrong += [f"{name}: {what}" for what in _misfit(model, schema.get("examples", []))]
    assert not wrong, "\n".join(wrong)


def _misfit(model: type[Request], examples: list[Any]) -> Iterator[str]:
    if len(examples) != 1:
        yield f"{len(examples)} examples instead of one"
    for example in examples:
        try:
            understood = model.model_validate(example).model_dump(exclude_unset=True, mode="json")
        except ValidationError as error:
            yield str(error)
        else:
            if understood != example:
                yield f"{example} is understood as {understood}"

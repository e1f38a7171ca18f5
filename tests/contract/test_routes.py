"""Every route of the native API names a permission, an operation and what it does."""

import asyncio
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from modelyard.server.access.guards import GUARD
from modelyard.server.app import create_api
from modelyard.server.settings import Settings
from modelyard.wire.base import Request

API = create_api(Settings(data_dir=Path("unused")), asyncio.Event())


def _api_routes() -> list[APIRoute]:
    found = [context.original_route for context in iter_route_contexts(API.routes)]
    return [route for route in found if isinstance(route, APIRoute) and route.path != "/health"]


ROUTES = _api_routes()


def _permissions(dependant: Dependant) -> list[object]:
    own = [getattr(dependant.call, GUARD)] if hasattr(dependant.call, GUARD) else []
    return own + [permission for child in dependant.dependencies for permission in _permissions(child)]


def test_there_are_routes():
    assert len(ROUTES) > 5


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)} {route.path}")
def test_a_route_asks_for_exactly_one_permission(route: APIRoute):
    assert len(_permissions(route.dependant)) == 1


def test_operations_have_names_of_their_own():
    operations = [operation["operationId"] for path in API.openapi()["paths"].values() for operation in path.values()]
    assert len(operations) == len(set(operations))


OPERATIONS = {
    operation["operationId"]: operation for path in API.openapi()["paths"].values() for operation in path.values()
}
SCHEMAS = API.openapi()["components"]["schemas"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_describes_its_errors_and_what_it_is_asked_with(name: str):
    operation = OPERATIONS[name]
    errors = operation["responses"]["default"]["content"]["application/json"]["schema"]
    assert errors == {"$ref": "#/components/schemas/ErrorResponse"}
    for parameter in operation.get("parameters", []):
        assert parameter.get("description"), parameter["name"]
        if parameter["in"] == "path":
            assert parameter["examples"] if "examples" in parameter else parameter["schema"]["examples"]


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if "requestBody" in operation])
def test_a_json_body_has_an_example_that_fits(name: str):
    described = OPERATIONS[name]["requestBody"]["content"].get("application/json")
    if described is None:
        return
    schema = described["schema"]
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    (example,) = schema["examples"]
    (model,) = [request for request in Request.__subclasses__() if request.__name__ == schema["title"]]
    assert model.model_validate(example).model_dump(exclude_unset=True, mode="json") == example

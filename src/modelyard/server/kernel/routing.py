"""Routes of the native API that cost little until they are asked.

FastAPI reads an endpoint's signature and makes validators for it when a route is declared. With more than a hundred
routes that takes a good part of a start, and a server that has just started is asked few of them.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from modelyard.server.kernel.bodies import BoundedRequest, max_bytes_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class LazyRoute(APIRoute):
    """Knows its methods and its path; all else is made when it is first asked, or described."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: list[str], **options: Any) -> None:
        self.path = path
        self.endpoint = endpoint
        self.methods = set(methods)
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._unbuilt: dict[str, Any] | None = {"methods": methods, **options}

    def __getattr__(self, name: str) -> Any:
        """Called for what the object does not have, which is nothing once it is built."""
        options = self.__dict__.get("_unbuilt")
        if options is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._unbuilt = None
        super().__init__(self.path, self.endpoint, **options)
        return getattr(self, name)

    def get_route_handler(self) -> Handler:
        """Refuses what the endpoint has no parameter for, before anything else, and bounds the body; a list is also
        answered as a file.
        """
        # Called when a route is first asked or described, so a start is without them.
        from modelyard.server.kernel.exports.requests import NAMES, PARAMETERS, answer_file, listed  # noqa: PLC0415
        from modelyard.server.kernel.parameters import check_query, page_limit, query_parameters  # noqa: PLC0415

        answer = super().get_route_handler()
        known = query_parameters(self.dependant)
        max_bytes = max_bytes_of(self.endpoint)
        items = listed(self.response_model, page_limit(self.dependant)) if "GET" in (self.methods or ()) else None
        if items is not None:
            known |= NAMES
            self.openapi_extra = {**(self.openapi_extra or {}), **PARAMETERS}

        async def checked(request: Request) -> Response:
            bounded = BoundedRequest(request.scope, request.receive)
            bounded.max_bytes = max_bytes
            if not request.scope["query_string"]:
                return await answer(bounded)
            check_query(request.query_params.multi_items(), known)
            return await answer(bounded) if items is None else await answer_file(bounded, items, answer)

        return checked


class Router(APIRouter):
    """The routes of a domain, kept as they were declared until an API gets them."""

    def __init__(self, *, prefix: str = "", tags: list[str]) -> None:
        super().__init__(prefix=prefix)
        self._tags = tags
        self._declared: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """What the decorators call."""
        self._declared.append(
            (self.prefix + path, endpoint, {**options, "tags": [*self._tags, *(options.get("tags") or ())]})
        )

    def add_to(self, api: FastAPI, prefix: str) -> None:
        """Gives the API these routes, in the order in which they were declared."""
        for path, endpoint, options in self._declared:
            api.router.add_api_route(prefix + path, endpoint, route_class_override=LazyRoute, **options)

"""Engines, which run the jobs."""

from collections.abc import Iterator

from modelyard.sdk._http import Http, api_path
from modelyard.sdk._references import check_name
from modelyard.wire.engines import Engine


class Engines:
    """The engines of the server, with the running and queued jobs of each."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __call__(self, name: str) -> Engine:
        """One engine as it is now. Raises NotFoundError."""
        return self._http.get(api_path("engines", check_name("engine", name)), Engine)

    def __iter__(self) -> Iterator[Engine]:
        return iter(self.list())

    def list(self) -> list[Engine]:
        """All engines as they are now."""
        return self._http.get("/engines", list[Engine])

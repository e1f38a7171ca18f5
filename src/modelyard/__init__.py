"""Modelyard: the self-hosted home of an ML team's model versions.

`from modelyard import Client` is the way in from Python; see `modelyard.sdk` for every public name.
"""

from typing import TYPE_CHECKING, Any

from modelyard._version import __version__

if TYPE_CHECKING:
    from modelyard.sdk import Client as Client


__all__ = ["Client", "__version__"]


def __getattr__(name: str) -> Any:
    # The server and the worker import this package too; they do not pay for the client.
    if name == "Client":
        from modelyard.sdk import Client  # noqa: PLC0415

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

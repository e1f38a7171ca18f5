"""The permissions, where the server's code finds them beside the door that asks for them."""

from modelyard.wire.permissions import Permission

__all__ = ["Permission"]

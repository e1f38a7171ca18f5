"""Certificates of authorities are read once in a test process, and not for each client of HTTP.

That takes 15 ms, more than most requests, and there is a client for nearly every test. A test that brings certificates
of its own has a context of its own.
"""

import ssl
from functools import cache
from typing import Any

import certifi

_create = ssl.create_default_context


@cache
def _authorities() -> ssl.SSLContext:
    return _create(cafile=certifi.where())


def _create_unless_made(*arguments: Any, **options: Any) -> ssl.SSLContext:
    if not arguments and options == {"cafile": certifi.where()}:
        return _authorities()
    return _create(*arguments, **options)


ssl.create_default_context = _create_unless_made

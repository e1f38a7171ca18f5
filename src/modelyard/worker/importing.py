"""Importing large libraries in the time that what is used of them takes."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def importing() -> Iterator[None]:
    """For the imports in it. What is imported stays: looking for garbage in it would take a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def import_lightgbm() -> ModuleType:
    """LightGBM without its classes that look like scikit-learn's.

    Nothing here uses them, and scikit-learn takes many times as long to import as LightGBM does.
    """
    modules: dict[str, Any] = sys.modules
    if "sklearn" in modules or "lightgbm" in modules:
        return import_module("lightgbm")
    modules["sklearn"] = None  # how Python marks what cannot be imported
    try:
        return import_module("lightgbm")
    finally:
        del modules["sklearn"]

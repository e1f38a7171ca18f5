"""The version, in a module of its own so that no part has to import another to know it."""

__version__ = "0.1.0"

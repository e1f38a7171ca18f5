"""Column types that mean the same on both dialects."""

from sqlalchemy import JSON, BigInteger, Integer

# Only an INTEGER primary key counts up by itself on SQLite.
Id = BigInteger().with_variant(Integer(), "sqlite")
"""Integer keys, counted up by the database."""

Milliseconds = BigInteger
"""Milliseconds since the epoch, UTC."""

Json = JSON
"""A JSON document. NaN and infinities must be turned into strings before."""

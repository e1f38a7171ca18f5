"""Traces as they were elsewhere, many at once."""

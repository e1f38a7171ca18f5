"""Bringing over to Modelyard."""

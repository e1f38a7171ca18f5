"""Versions as a row of a table: what lists, live events and a model's page show of them."""

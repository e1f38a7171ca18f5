"""Versions: immutable models with a number, a status and a history."""

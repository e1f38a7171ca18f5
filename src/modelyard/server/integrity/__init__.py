"""Proving that a finished version is as it was."""

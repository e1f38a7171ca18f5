"""Runs: making them, logging on them, finding them among a million."""

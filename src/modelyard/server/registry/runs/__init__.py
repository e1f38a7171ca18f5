"""Runs and the versions that came from them."""

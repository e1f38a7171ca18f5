"""Predictions: tables handed to a warm worker of a version, and its answers."""

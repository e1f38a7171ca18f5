"""Metrics of runs: points, the latest of each, and histories."""

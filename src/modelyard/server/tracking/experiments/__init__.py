"""Experiments: named collections of runs."""

"""Inputs and outputs of runs: datasets and logged models."""

"""Measuring a model: metrics, and the curves and tables people judge it by."""

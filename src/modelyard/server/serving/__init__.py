"""Predictions: any version that has files here and a signature, loaded by a worker."""

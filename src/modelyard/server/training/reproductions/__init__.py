"""Trainings that repeat another, and whether the same came out."""

"""Trainers, and configs held against them and against data."""

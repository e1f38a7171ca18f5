"""Bringing traces over: what was asked, what was done step by step, and what is thought of it."""

"""Logged models: what a run made before anybody registers it as a version."""

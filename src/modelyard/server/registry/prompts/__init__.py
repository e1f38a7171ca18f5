"""Prompts: models that carry a tag, and are shown as what they are."""

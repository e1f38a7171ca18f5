"""Level 7: models and their versions."""

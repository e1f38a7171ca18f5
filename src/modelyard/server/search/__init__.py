"""Level 9: one box that finds models, versions, datasets and runs."""

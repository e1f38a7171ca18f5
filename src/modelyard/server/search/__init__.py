"""Level 9: one box that finds models, versions and datasets."""

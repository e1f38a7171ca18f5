"""Level 4: may they."""

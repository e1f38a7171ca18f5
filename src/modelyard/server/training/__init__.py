"""Level 8: a config and data become a version, a worker reports on it, a warm worker predicts with it."""

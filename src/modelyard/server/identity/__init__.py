"""Level 3: who is calling."""

"""Models: named repositories of versions."""

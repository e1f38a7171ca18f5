"""Models that come as files: gathered, then made a version at once."""

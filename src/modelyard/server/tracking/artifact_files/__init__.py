"""Files that clients logged, by path."""

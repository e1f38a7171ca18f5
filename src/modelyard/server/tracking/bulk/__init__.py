"""Writing many runs at once as they were elsewhere, with their ids and times."""

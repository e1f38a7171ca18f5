"""Models, versions and aliases as they were elsewhere, with their numbers and times."""

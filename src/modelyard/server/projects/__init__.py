"""Level 5: projects, the unit of ownership and visibility."""

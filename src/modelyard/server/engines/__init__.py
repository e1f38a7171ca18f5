"""Level 7: engines, where work runs, and the jobs they run."""

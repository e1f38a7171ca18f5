"""The life of one job: claim it, work on it, report, and finish."""

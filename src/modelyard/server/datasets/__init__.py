"""Level 6: datasets, named tables with immutable, digested snapshots."""

"""Lists of the native API as files: the same rows in the same order, as CSV or Parquet."""

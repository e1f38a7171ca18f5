"""Reading an uploaded table: from any supported format to Parquet and a profile, in a process of its own.

Bad files are read here, behind limits, so that the worst they can do is end this process.
"""

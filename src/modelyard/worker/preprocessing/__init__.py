"""From a Parquet file and a config to encoded, divided data, and to the fitted features that a model keeps."""

"""The origins and the uses of versions, across models, runs and datasets."""

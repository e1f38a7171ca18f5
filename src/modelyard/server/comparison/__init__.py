"""The differences between versions: configs, data, metrics, files and all else that makes them."""

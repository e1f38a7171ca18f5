"""Writing to a server of MLflow."""

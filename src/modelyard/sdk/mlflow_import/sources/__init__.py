"""Sources to read from: a server, a database or a folder of MLflow."""

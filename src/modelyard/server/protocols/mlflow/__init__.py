"""The MLflow REST protocol: a table of endpoints over plain ASGI. See docs/contributing/protocol-table.md."""

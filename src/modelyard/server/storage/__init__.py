"""Level 1: the store of files, a local folder or an S3-compatible bucket, behind one interface."""

from modelyard.server.storage.store import FileStore, StoredFile
from modelyard.server.storage.urls import open_store

__all__ = ["FileStore", "StoredFile", "open_store"]

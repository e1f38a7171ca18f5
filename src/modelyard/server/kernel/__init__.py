"""Level 0: what every domain may use; no SQL, no HTTP."""

"""Level 2: the audit record, and live events for open views; both belong to the transaction that made the change."""

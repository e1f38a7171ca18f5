"""Level 2: which stored files exist, so that none is orphaned and each can be verified."""

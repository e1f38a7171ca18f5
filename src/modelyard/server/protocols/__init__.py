"""Level 10: other systems' protocols, as thin translations of the domain."""

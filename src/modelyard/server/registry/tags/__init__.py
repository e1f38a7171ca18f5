"""Tags of models and of versions."""

"""Models as they are stored, in MLflow's format: what they need, whether they may be loaded, and what predicts."""

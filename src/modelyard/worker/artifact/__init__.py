"""What a training leaves behind: a folder that MLflow loads."""

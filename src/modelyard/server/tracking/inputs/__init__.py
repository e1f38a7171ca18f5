"""What a run was given and what it made: datasets and logged models."""

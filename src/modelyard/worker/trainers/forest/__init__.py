"""Random forests by scikit-learn."""

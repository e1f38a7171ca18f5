"""Linear models by scikit-learn."""

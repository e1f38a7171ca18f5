"""A small neural network by scikit-learn."""

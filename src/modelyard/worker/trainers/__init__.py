"""The built-in trainers, each found by its entry point in the group `modelyard.trainers`."""

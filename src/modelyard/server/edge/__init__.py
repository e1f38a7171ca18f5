"""The outermost layer of HTTP: which application answers a path, how errors look, and who may even ask."""

"""Pins: who asks for versions by which names, so that a breaking version says whom it breaks."""

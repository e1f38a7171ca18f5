"""Traces at a source: requests, the steps that answered them (spans), and how people and judges assessed them."""

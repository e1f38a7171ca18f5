"""Requests of the protocol, a file per noun."""

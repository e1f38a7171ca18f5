"""Aliases: movable names of versions, with the history of their moves."""

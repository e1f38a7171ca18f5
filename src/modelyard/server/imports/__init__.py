"""Bringing over what another server or folder has: in bulk, with its ids and times, and as often as one likes."""

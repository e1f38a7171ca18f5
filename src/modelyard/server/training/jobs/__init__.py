"""The worker protocol, and what becomes of a version when its worker is lost."""

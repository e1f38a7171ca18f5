"""The server: an HTTP API over domains, a database and a store of files.

It never imports a machine-learning library.
"""

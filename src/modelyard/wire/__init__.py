"""Request and response types and error codes, shared by server, SDK and worker.

One file per domain. Nothing here imports another part of Modelyard, so a worker or a client can speak the
protocol without carrying the server.
"""

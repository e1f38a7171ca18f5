"""The engine `local`: jobs as processes on this machine, which outlive the server."""

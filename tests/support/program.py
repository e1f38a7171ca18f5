"""The command line's program, as one that was installed runs."""

import sys

PROGRAM = [sys.executable, "-c", "from modelyard.cli.main import app; app(prog_name='modelyard')"]
"""Arguments follow."""

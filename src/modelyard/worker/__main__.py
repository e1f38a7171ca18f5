"""`python -m modelyard.worker run --job <id>`: do one job of a server.

The environment says where and who: MODELYARD_URL, MODELYARD_JOB_TOKEN, and optionally MODELYARD_SERVER_FILE, a JSON
file `{"url": ...}` that is read again whenever the server cannot be reached. `fork-server` is told the same for each
worker that it forks.
"""

import argparse
import os
import sys
from pathlib import Path

from modelyard.worker import fork_server
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.runner import run_job


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 failed to report, 2 wrong use, 3 the job was taken away."""
    parser = argparse.ArgumentParser(prog="python -m modelyard.worker", description="Do one job of a Modelyard server.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="claim a job and do it")
    run.add_argument("--job", required=True, help="the job's id")
    forks = commands.add_parser("fork-server", help="import what jobs use, and fork a worker for each")
    forks.add_argument("--socket", required=True, type=int, help="the descriptor on which workers are asked for")
    options = parser.parse_args(arguments)
    job = fork_server.serve(options.socket) if options.command == "fork-server" else options.job
    if job is None:
        return 0
    missing = [name for name in ("MODELYARD_URL", "MODELYARD_JOB_TOKEN") if not os.environ.get(name)]
    if missing:
        parser.error(f"set {' and '.join(missing)} in the environment")
    server_file = os.environ.get("MODELYARD_SERVER_FILE")
    client = JobClient(
        url=os.environ["MODELYARD_URL"],
        job=job,
        token=os.environ.pop("MODELYARD_JOB_TOKEN"),
        server_file=Path(server_file) if server_file else None,
    )
    try:
        return run_job(client)
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())

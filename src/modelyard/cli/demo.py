"""`modelyard demo`: a server with real tables and models, one of them still training."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import EPILOG, ExitCode, exit_code_of
from modelyard.cli._output import Mode, Output
from modelyard.cli.server import server_command, server_options, with_settings

if TYPE_CHECKING:
    from modelyard.cli._demo_content import DemoTraining
    from modelyard.sdk import Client, Version

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_CANCEL_SECONDS = 10.0


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command("demo", epilog=EPILOG)(with_settings(demo, ["port"]))


def demo(
    *,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Where the demo is kept. Default: ./modelyard-data/demo."),
    ] = None,
    **settings: Any,
) -> None:
    """Start a server with real tables and models, one of them still training. Ctrl-C stops it.

    Uploads the breast-cancer, wine and diabetes tables that come with scikit-learn into the project `demo` and trains
    several versions of three models on them. A later run adds only what is missing.
    """
    output = Output(Mode.HUMAN)
    folder = data_dir or Path("modelyard-data", "demo")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _running_server(folder, settings) as (server, url):
            output.raw(f"Modelyard is at {url}/p/demo/models")
            output.raw(f"Its data is in {folder}. Ctrl-C stops it.\n")
            _fill_and_stay(output, url, server)
    except KeyboardInterrupt:
        output.raw("\nStopped. `modelyard demo` starts it again with what is there.")


def _fill_and_stay(output: Output, url: str, server: "subprocess.Popen[bytes]") -> None:
    from modelyard.sdk import Client, ModelyardError  # noqa: PLC0415

    with Client(url, "demo") as client:
        try:
            _fill(output, client)
            server.wait()
        except ModelyardError as error:
            if server.poll() is None:
                output.error(error)
                raise typer.Exit(exit_code_of(error)) from None
        finally:
            if server.poll() is None:
                _cancel_trainings(client)
    output.error(RuntimeError(f"the server ended by itself with exit code {server.returncode}"))
    raise typer.Exit(ExitCode.FAILED)


def _fill(output: Output, client: "Client") -> None:
    from modelyard.cli._demo_content import LONG_TRAINING, SHORT_TRAININGS, TABLES  # noqa: PLC0415
    from modelyard.sdk import AlreadyExistsError  # noqa: PLC0415

    try:
        client.projects.create("demo", description="Real tables that come with scikit-learn, and models of them.")
    except AlreadyExistsError:
        output.raw("The project demo exists already; adding only what is missing.")
    for table in TABLES:
        data = client.datasets.upload(table.dataset, table.load())
        if data.created:
            client.datasets(table.dataset).update(description=table.description)
            output.raw(f"Uploaded {data.reference}: {data.row_count} rows, {data.column_count} columns")
    versions = [started for training in SHORT_TRAININGS if (started := _start_once(client, training))]
    long = _start_once(client, LONG_TRAINING, again=True)
    for version in versions:
        version.wait(raise_on_failure=False)
        info = version.info
        metric = f", {info.metric.name} {_format.number(info.metric.value)}" if info.metric else ""
        output.raw(f"{version.reference:<26} {version.status} after {_format.duration(info.duration_ms)}{metric}")
    _move_aliases(client)
    if long is not None:
        output.raw(f"{long.reference:<26} goes on training for some minutes: watch it in the page")


def _start_once(client: "Client", training: "DemoTraining", *, again: bool = False) -> "Version | None":
    """Start a training unless the same has ended or is running; `again` repeats one that has ended."""
    from modelyard.sdk import NotFoundError  # noqa: PLC0415

    model = client.models(training.model)
    try:
        versions = list(model.versions())
    except NotFoundError:
        versions = []
    same = [version for version in versions if version.description == training.description]
    if any(version.is_moving or (version.status == "Ready" and not again) for version in same):
        return None
    data = client.datasets(training.dataset).latest
    config = data.detect_config(training.target, trainer=training.trainer).config
    config["trainer"] = {**config.get("trainer", {}), **training.options}
    parent = max((version.number for version in versions), default=None)
    return model.train(config, data, description=training.description, parent=parent, wait=False)


def _move_aliases(client: "Client") -> None:
    """Let `prod` name the first version and then the newest that is Ready, so that there is a move to look at."""
    for model in client.models:
        ready = sorted(version.number for version in model.versions() if version.status == "Ready")
        if len(ready) < 2 or model.aliases():
            continue
        model.set_alias("prod", ready[0], message="The baseline goes first.")
        model.set_alias("prod", ready[-1], message="Tried beside the baseline for a week.")


def _cancel_trainings(client: "Client") -> None:
    """Cancel the running trainings, whose workers would go on without their server."""
    from modelyard.sdk import ModelyardError  # noqa: PLC0415

    try:
        moving = [version for model in client.models for version in model.versions() if version.is_moving]
        for version in moving:
            version.cancel()
        for version in moving:
            version.wait(timeout=_CANCEL_SECONDS, raise_on_failure=False)
    except ModelyardError as error:
        sys.stderr.write(f"not every training could be canceled: {error}\n")


@contextmanager
def _running_server(folder: Path, settings: dict[str, Any]) -> "Iterator[tuple[subprocess.Popen[bytes], str]]":
    command = server_command("run", *server_options(**settings, data_dir=folder, log_level="warning"))
    # A session of its own: Ctrl-C reaches this process alone, which then stops the server in order.
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield server, _wait_for_address(server, folder / "server.json")
    finally:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for_address(server: "subprocess.Popen[bytes]", server_file: Path) -> str:
    """The address in the server's file, as soon as the server answers there."""
    import httpx  # noqa: PLC0415

    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.stderr.write("error: the server did not start\nhint: is the port taken? --port 0 picks a free one\n")
            raise typer.Exit(ExitCode.FAILED)
        written = _read(server_file)
        if written.get("process_id") == server.pid:
            try:
                if httpx.get(f"{written['url']}/health", timeout=5, trust_env=False).is_success:
                    return str(written["url"])
            except httpx.TransportError:
                pass  # It listens a moment after it has written the file.
        time.sleep(0.05)
    sys.stderr.write(f"error: the server did not answer within {_START_SECONDS:g} s\n")
    raise typer.Exit(ExitCode.FAILED)


def _read(server_file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(server_file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content


def _interrupt(number: int, frame: Any) -> NoReturn:  # noqa: ARG001 - a signal handler's signature
    raise KeyboardInterrupt

"""Options win over the environment, that over the file, that over the defaults; and `modelyard up` takes them all."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer.main

from modelyard.cli.main import app
from modelyard.settings import Setting, all_settings
from tests.support.program import PROGRAM
from tests.support.server import environment_without_settings, ready_server

UP = typer.main.get_command(app).commands["up"]  # type: ignore[attr-defined]


@contextmanager
def up(*options: str, **environment: str) -> Iterator[str]:
    """`modelyard up` as a person starts it; the address that it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODELYARD_")}
    process = subprocess.Popen(
        [*PROGRAM, "up", *options], env={**kept, **environment}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        found = re.fullmatch(r"Modelyard is at (\S+)\n", process.stdout.readline())
        assert found is not None
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()  # type: ignore[union-attr]


def engine(url: str) -> dict[str, Any]:
    described: dict[str, Any] = httpx.get(f"{url}/api/v1/engines/local", trust_env=False).json()
    return described


@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.name)
def test_every_setting_is_an_option_of_up(setting: Setting):
    (option,) = [param for param in UP.params if param.name == setting.name]
    assert option.opts == [f"--{setting.name.replace('_', '-')}"]
    assert option.envvar == f"MODELYARD_{setting.name.upper()}"
    assert setting.description in option.help
    assert f"Default: {setting.default}." in option.help


@pytest.mark.parametrize(
    ("options", "environment", "file", "message"),
    [
        (["--log-level=loud"], {}, "", "modelyard: log_level: String should match pattern"),
        (["--worker-timeout-seconds=0"], {}, "", "modelyard: worker_timeout_seconds: Input should be greater than 0"),
        ([], {"MODELYARD_DIRECT_TRANSFERS": "perhaps"}, "", "direct_transfers: Input should be a valid boolean"),
        ([], {"MODELYARD_PORT": "many"}, "", "modelyard: port: Input should be a valid integer"),
        ([], {}, "port = 'many'", "modelyard: port: Input should be a valid integer"),
        ([], {}, "engine_slots = 0", "modelyard: engine_slots: Input should be greater than or equal to 1"),
        ([], {}, "colour = 'red'", "modelyard: colour: Extra inputs are not permitted"),
        ([], {}, "port = = 1", "modelyard: the configuration file cannot be read: "),
        ([], {}, "host = '0.0.0.0'", "modelyard: Refusing to listen on 0.0.0.0 without a login"),
    ],
)
def test_a_wrong_setting_is_named_alone(
    tmp_path: Path, options: list[str], environment: dict[str, str], file: str, message: str
):
    config = tmp_path / "modelyard.toml"
    config.write_text(file)
    process = ready_server().run(
        ["-m", "modelyard.server", "run", f"--config={config}", *options],
        timeout=30,
        environment=environment_without_settings() | environment,
    )
    assert process.returncode == 1
    (line,) = process.stderr.splitlines() or process.stdout.splitlines()
    assert message in line


def test_a_server_comes_up_from_options_environment_and_file(tmp_path: Path):
    file = tmp_path / "modelyard.toml"
    data_dir, storage = tmp_path / "not" / "there", tmp_path / "storage"
    file.write_text(
        f'port = 0\ndata_dir = "{data_dir}"\nengine_slots = 3\nengine_cpu_limit = 3\nengine_memory_limit_mb = 3\n'
    )
    options = (f"--config={file}", "--engine-slots=5", f"--storage-url={storage}")
    with up(*options, MODELYARD_ENGINE_SLOTS="4", MODELYARD_ENGINE_CPU_LIMIT="4") as url:
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        described = engine(url)
        assert (described["slots"], described["cpu_limit"], described["memory_limit_bytes"]) == (5, 4, 3 * 2**20)
        assert (data_dir / "modelyard.db").exists()
        assert storage.is_dir()
        assert httpx.get(url, trust_env=False).status_code == 200


def test_everything_can_come_from_the_environment(tmp_path: Path):
    environment = {
        "MODELYARD_PORT": "0",
        "MODELYARD_HOST": "127.0.0.1",
        "MODELYARD_DATA_DIR": str(tmp_path / "data"),
        "MODELYARD_DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'other.db'}",
        "MODELYARD_STORAGE_URL": str(tmp_path / "elsewhere"),
    }
    with up(**environment) as url:
        content = b"a,b\n1,2\n"
        uploaded = httpx.post(
            f"{url}/api/v1/projects/default/datasets/t/versions?filename=t.csv", content=content, trust_env=False
        )
        assert uploaded.status_code == 201
        assert (tmp_path / "data" / "other.db").exists()
        assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]

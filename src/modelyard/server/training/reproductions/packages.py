"""The packages that a version was trained with, and those that the workers of this server have now."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version

from modelyard.wire.reproduction import PackageDifference

REQUIREMENTS = "model/requirements.txt"
PYTHON = "model/python_env.yaml"

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;#]+)")
_PYTHON_LINE = re.compile(r"^python:\s*['\"]?([0-9.]+)", re.MULTILINE)


def compare_packages(requirements: str, python_env: str) -> list[PackageDifference]:
    """The packages of this program that are not as recorded. Its workers have the same, unless a setting says else."""
    differences = []
    recorded_python = _PYTHON_LINE.search(python_env)
    if recorded_python is not None and recorded_python[1] != platform.python_version():
        differences.append(
            PackageDifference(name="python", recorded=recorded_python[1], present=platform.python_version())
        )
    for line in requirements.splitlines():
        pinned = _PINNED.match(line.strip())
        if pinned is None:
            continue
        present = _installed(pinned[1])
        if present != pinned[2]:
            differences.append(PackageDifference(name=pinned[1], recorded=pinned[2], present=present))
    return differences


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

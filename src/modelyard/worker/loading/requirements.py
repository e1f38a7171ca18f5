"""Whether this environment has what a model was made with."""

from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from modelyard.worker.errors import JobError
from modelyard.worker.loading.description import Description

_FILE = "requirements.txt"
_STAND_INS = {"mlflow": "mlflow-skinny"}
"""The client's package has all that loads a model."""
_PACKAGES = {"sklearn": "scikit-learn", "pytorch": "torch", "spark": "pyspark"}
"""Of flavors that are not called as their package."""
_VERSION_KEYS = {"lightgbm": "lgb_version", "xgboost": "xgb_version"}
_MLFLOW = "mlflow"
_MAX_NAMES = 20


def check_requirements(folder: Path, description: Description) -> None:
    """Raises JobError that names every package that is not here, or is here in a version that reads other models.

    Wrong answers are worse than none: of the packages that the model's flavors are called after, the first two numbers
    of the version must be the same, of the others the first. MLflow reads what any older MLflow wrote.
    """
    flavor_packages = {_PACKAGES.get(name, name) for name in description.flavors}
    lacks = [
        lack
        for requirement in _read_requirements(folder, description.flavors)
        if (lack := _find_lack(requirement, 2 if requirement.name.lower() in flavor_packages else 1)) is not None
    ]
    if lacks:
        more = f", and {len(lacks) - _MAX_NAMES} more" if len(lacks) > _MAX_NAMES else ""
        raise JobError(
            f"The environment of the workers lacks what the model needs: {'; '.join(lacks[:_MAX_NAMES])}{more}. "
            "Install it there, or name the Python of an environment that has it with the setting worker_python.",
            "unmet_requirements",
        )


def _read_requirements(folder: Path, flavors: Mapping[str, Mapping[str, Any]]) -> Iterator[Requirement]:
    """What the model's `requirements.txt` names, and the packages of its flavors if it names none."""
    path = folder / _FILE
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    named: set[str] = set()
    for line in lines:
        text = line.partition("#")[0].partition(" --")[0].strip()
        if not text or text.startswith("-"):
            continue
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # a path or an address, which says nothing of what it installs
        if requirement.marker is None or requirement.marker.evaluate():
            named.add(requirement.name.lower())
            yield requirement
    for name, flavor in flavors.items():
        package = _PACKAGES.get(name, name)
        saved_with = flavor.get(_VERSION_KEYS.get(name, f"{name}_version"))
        if package not in named and isinstance(saved_with, str) and _parse(saved_with) is not None:
            yield Requirement(f"{package}=={saved_with}")


def _find_lack(requirement: Requirement, compared: int) -> str | None:
    """What is wrong with the package here, in words; `compared` is how many numbers of the version count."""
    present = _find_version(requirement.name)
    pins = [_parse(each.version) for each in requirement.specifier if each.operator in ("==", "===")]
    wanted = f"{requirement.name}{requirement.specifier}"
    if present is None:
        return f"{wanted} (not installed)"
    here = _parse(present)
    if not pins:
        is_met = requirement.specifier.contains(present, prereleases=True)
    elif requirement.name.lower().startswith(_MLFLOW):
        is_met = here is None or all(pin is None or pin.release[:1] <= here.release[:1] for pin in pins)
    else:
        is_met = here is None or all(pin is None or pin.release[:compared] == here.release[:compared] for pin in pins)
    return None if is_met else f"{wanted} (here is {present})"


def _find_version(package: str) -> str | None:
    for name in (package, _STAND_INS.get(package.lower())):
        try:
            if name is not None:
                return version(name)
        except PackageNotFoundError:
            continue
    return None


def _parse(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None

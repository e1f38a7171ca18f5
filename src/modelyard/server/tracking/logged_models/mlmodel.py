"""The `MLmodel` file of a model in MLflow's format: what the page shows of it. Nothing of the model is loaded."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.server.storage import FileStore, StoredFile
from modelyard.wire.models import ColumnSpec, Signature

MLMODEL = "MLmodel"
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`error` says why there is nothing else."""

    flavors: list[str]
    signature: Signature | None
    error: str | None = None

    @property
    def algorithm(self) -> str | None:
        """The flavors that say by what it was trained; `python_function` wraps every model."""
        return ", ".join(flavor for flavor in self.flavors if flavor != "python_function")[:200] or None


async def read_mlmodel(store: FileStore, file: StoredFile | None) -> ModelFile:
    """Contents of a model's `MLmodel` file, when it has one."""
    if file is None:
        return ModelFile([], None)
    if file.size_bytes > MAX_BYTES:
        return ModelFile([], None, f"The MLmodel file has {file.size_bytes} bytes; at most {MAX_BYTES} are read.")
    return await asyncio.to_thread(parse_mlmodel, await store.read_checked(file))


def parse_mlmodel(content: bytes) -> ModelFile:
    """Reads an `MLmodel` file; clients write it, so it may hold anything."""
    import yaml  # noqa: PLC0415 - few requests are about such a file

    # libyaml's loader reads a large file some ten times faster; it is in every wheel of PyYAML.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        read = yaml.load(content, Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return ModelFile([], None, f"The MLmodel file is not YAML: {str(error)[:300]}")
    if not isinstance(read, Mapping) or not isinstance(read.get("flavors", {}), Mapping):
        return ModelFile([], None, "The MLmodel file names no flavors.")
    flavors = sorted(str(name) for name in read.get("flavors", {}))
    signature_json = read.get("signature")
    if signature_json is None:
        return ModelFile(flavors, None)
    try:
        signature = Signature(
            inputs=_columns(signature_json.get("inputs")), outputs=_columns(signature_json.get("outputs"))
        )
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        return ModelFile(flavors, None, f"The signature in the MLmodel file cannot be read: {str(error)[:300]}")
    return ModelFile(flavors, signature)


def _columns(text: str | None) -> list[ColumnSpec]:
    """Columns from MLflow's JSON; a tensor without a name is called by its place."""
    if not text:
        return []
    return [
        ColumnSpec(name=str(item.get("name", index)), type=_type(item), required=bool(item.get("required", True)))
        for index, item in enumerate(json.loads(text))
    ]


def _type(item: Mapping[str, Any]) -> str:
    if item.get("type") == "tensor":
        spec = item["tensor-spec"]
        return f"tensor({spec['dtype']}, {json.dumps(spec['shape'])})"
    if item.get("type") == "array":
        return f"array({_type(item['items'])})"
    if item.get("type") == "map":
        return f"map({_type(item['values'])})"
    if item.get("type") == "object":
        properties = sorted(item.get("properties", {}).items())
        return f"object({', '.join(f'{name}: {_type(inner)}' for name, inner in properties)})"
    return str(item.get("type", "any"))

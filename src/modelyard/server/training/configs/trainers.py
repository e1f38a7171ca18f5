"""The trainers that are installed, found by entry point."""

import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from modelyard.wire.trainers import TrainerInfo, TrainerPlugin

_log = logging.getLogger(__name__)

_GROUP = "modelyard.trainers"


@cache
def installed_trainers() -> Mapping[str, TrainerInfo]:
    """What each trainer publishes, by name. Loaded once; a plug-in that cannot be loaded is left out and logged."""
    found: dict[str, TrainerInfo] = {}
    for entry in sorted(entry_points(group=_GROUP), key=lambda entry: entry.name):
        try:
            plugin = entry.load()
        except Exception:  # noqa: BLE001 - whatever a plug-in raises must not keep the others from being used
            _log.exception("the trainer %s (%s) cannot be loaded", entry.name, entry.value)
            continue
        if isinstance(plugin, TrainerPlugin) and plugin.info.name == entry.name:
            found[entry.name] = plugin.info
        else:
            _log.error("the trainer %s (%s) is no TrainerPlugin of that name", entry.name, entry.value)
    return found

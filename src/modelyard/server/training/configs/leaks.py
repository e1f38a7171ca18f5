"""Columns that tell a target alone, found on a sample of the stored rows and remembered."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from modelyard.server.datasets.queries import StoredVersion
from modelyard.server.datasets.rows import RowReader
from modelyard.wire.config import Config
from modelyard.wire.config.leaks import find_leak, sample_size
from modelyard.wire.data_warnings import DataWarning

_PLACES = 8
"""The sample is taken from so many places of the table, because tables are often sorted."""
_CACHE_SIZE = 200
_NON_FINITE = frozenset(("NaN", "Infinity", "-Infinity"))

_Found = Mapping[str, DataWarning]


class LeakFinder:
    """Looks at a dataset version and a target once, however often configs for them are checked."""

    def __init__(self, rows: RowReader) -> None:
        self._rows = rows
        self._known: OrderedDict[tuple[int, str, str], _Found] = OrderedDict()

    async def find(self, data: StoredVersion, config: Config) -> list[DataWarning]:
        """A warning for each input feature of the config whose column tells the target alone."""
        target = config.output_features[0]
        key = (data.id, target.source, target.type)
        if key not in self._known:
            self._known[key] = await self._look(data, target.source, target.type)
            if len(self._known) > _CACHE_SIZE:
                self._known.popitem(last=False)
        found = self._known[key]
        return [
            _named(found[feature.source], feature.name) for feature in config.input_features if feature.source in found
        ]

    async def _look(self, data: StoredVersion, target: str, output_type: str) -> _Found:
        names = [column.name for column in data.record.columns]
        if target not in names:
            return {}
        total, size = data.record.row_count, sample_size(len(names))
        if total <= size:
            starts, limit = [0], total
        else:
            limit = size // _PLACES
            starts = [place * (total - limit) // (_PLACES - 1) for place in range(_PLACES)]
        rows: list[list[Any]] = []
        for start in starts:
            page = await self._rows.page(data, offset=start, limit=limit, sort=None, order="asc")
            rows += page.rows
        return await asyncio.to_thread(_find_all, names, rows, target, output_type)


def _find_all(names: list[str], rows: list[list[Any]], target: str, output_type: str) -> _Found:
    columns = {name: [_known(row[index]) for row in rows] for index, name in enumerate(names)}
    actual = columns.pop(target)
    if output_type == "number" and any(isinstance(value, str) for value in actual):
        return {}
    found = {name: find_leak(name, values, actual, output_type) for name, values in columns.items()}
    return {name: warning for name, warning in found.items() if warning is not None}


def _known(value: Any) -> Any:
    return None if value in _NON_FINITE else value


def _named(warning: DataWarning, feature: str) -> DataWarning:
    """The warning, about the feature that reads the column."""
    if warning.feature == feature or warning.action is None:
        return warning
    return warning.model_copy(
        update={"feature": feature, "action": warning.action.model_copy(update={"feature": feature})}
    )

"""A column type for metric values."""

import math
from typing import Any

from sqlalchemy import Dialect, Double
from sqlalchemy.types import TypeDecorator


class MetricValue(TypeDecorator[float]):
    """A double that may be NaN or infinite, the same on both dialects.

    SQLite turns NaN into NULL by itself; here that is the rule on PostgreSQL too: NULL means NaN.
    """

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002
        return None if value is None or math.isnan(value) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> float:  # noqa: ARG002
        return math.nan if value is None else float(value)

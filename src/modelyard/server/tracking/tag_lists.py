"""Lists that clients keep as JSON in a tag."""

import json
from typing import Any


def list_in(text: str | None) -> list[Any]:
    """Empty where there is no tag, and where somebody has put something else in it."""
    try:
        items = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return items if isinstance(items, list) else []

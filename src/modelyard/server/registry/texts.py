"""Texts of people and workers, made fit for both databases."""

from collections.abc import Iterable


def storable(text: str, max_length: int) -> str:
    """`text` without NUL, which PostgreSQL does not keep, and cut after `max_length` characters."""
    clean = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean if len(clean) <= max_length else clean[: max_length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def search_text(parts: Iterable[str | None]) -> str:
    """The text that searches look in: case-folded, so that both databases find the same."""
    return "\n".join(part for part in parts if part).casefold()

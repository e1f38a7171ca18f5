"""What people and workers write, made fit for both databases."""

from collections.abc import Iterable

from modelyard.server.kernel.errors import InvalidArgument

_MAX_DESCRIPTION_LENGTH = 20_000


def check_description(text: str) -> str:
    """:raises InvalidArgument: longer than 20,000 characters, or with a character that no database keeps."""
    if len(text) > _MAX_DESCRIPTION_LENGTH:
        raise InvalidArgument(f"The description has {len(text)} characters; the limit is {_MAX_DESCRIPTION_LENGTH}.")
    if "\0" in text:
        raise InvalidArgument("The description contains the character NUL.", hint="Remove it.")
    return text


def storable(text: str, most: int) -> str:
    """`text` without NUL, which PostgreSQL does not keep, and cut after `most` characters."""
    clean = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean if len(clean) <= most else clean[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def search_text(parts: Iterable[str | None]) -> str:
    """What a search looks in: case-folded, so that both databases find the same."""
    return "\n".join(part for part in parts if part).casefold()

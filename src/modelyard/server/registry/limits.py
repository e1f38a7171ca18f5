"""How long what people and clients say of models and versions may be, and what names may hold."""

from collections.abc import Mapping

from modelyard.server.kernel.names import is_addressable
from modelyard.server.tracking.limits import check_text
from modelyard.wire.limits import MAX_KEY_LENGTH

MAX_MODEL_NAME_LENGTH = 256
"""Of other clients; made on the page or the command line a name has at most 100."""
MAX_DESCRIPTION_LENGTH = 20_000
MAX_TAG_KEY_LENGTH = MAX_KEY_LENGTH
MAX_TAG_LENGTH = 100_000
MAX_ALIAS_LENGTH = 255
MAX_USER_LENGTH = 200
MAX_SOURCE_LENGTH = 10_000
MAX_RUN_ID_LENGTH = 256
MAX_RUN_LINK_LENGTH = 2000
MAX_LOGGED_MODEL_ID_LENGTH = 64


def model_name_fault(name: str) -> str | None:
    """Why clients could not ask for a model of that name; None when they can."""
    if not is_addressable(name):
        return "Registered model name cannot contain '/' or ':' or be a relative path."
    return None


def check_description(text: str) -> str:
    """:raises InvalidArgument: longer than 20,000 characters, or with a character that no database keeps."""
    if len(text) > MAX_DESCRIPTION_LENGTH or "\0" in text:
        check_text(text, "description", MAX_DESCRIPTION_LENGTH)
    return text


def check_tags(tags: Mapping[str, str]) -> None:
    """:raises InvalidArgument: a key or a value is too long, or has a character that no database keeps."""
    for key, value in tags.items():
        if len(key) > MAX_TAG_KEY_LENGTH or len(value) > MAX_TAG_LENGTH or "\0" in key or "\0" in value:
            check_text(key, "key of a tag", MAX_TAG_KEY_LENGTH)
            check_text(value, f"value of the tag {key!r}", MAX_TAG_LENGTH)

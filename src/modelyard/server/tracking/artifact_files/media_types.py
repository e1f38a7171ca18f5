"""Media types of logged files, by their names."""

import mimetypes
import re

from starlette.responses import Response

_TEXT_ENDINGS = """
txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst mlmodel mlproject
"""
_TEXTS = frozenset(_TEXT_ENDINGS.split())
_SHOWN = ("image/", "audio/", "video/", "application/pdf")

_RUN = re.compile("(java|ecma|live|j)script|css")
"""Whatever this machine calls scripts and styles: browsers take them from the page's own server."""

_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"


def media_type(name: str) -> str:
    """By the name's ending; what people read is text, and so is what a page of this server would run."""
    ending = name.rpartition(".")[2].lower()
    if ending in _TEXTS:
        return "text/plain"
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return "text/plain" if _RUN.search(guessed) else guessed


def safe_media_type(name: str) -> str:
    """As `media_type`, but nothing that a browser takes for a page: HTML is plain text."""
    guessed = media_type(name)
    if guessed.startswith("text/") or guessed in ("application/xhtml+xml", "application/json"):
        return "text/plain; charset=utf-8"
    return guessed if guessed.startswith(_SHOWN) else "application/octet-stream"


def sandboxed(response: Response) -> Response:
    """Forbids scripts in the answer, should it be opened by itself: an SVG image is a document too."""
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response

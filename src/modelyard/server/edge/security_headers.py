"""Headers of every answer, which keep a browser from doing what the page never asks for."""

_FIRST_SCRIPT = "sha256-e6rPXCBTMSvlS+PVk9pqWu/4/SpF1hUYsbotZr5gVB4="
"""The one script that stands in the page itself: it chooses the colors before the first paint."""

SECURITY_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Content-Security-Policy",
        (
            f"default-src 'self'; script-src 'self' '{_FIRST_SCRIPT}'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; "
            "font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
        ),
    ),
]
"""No sniffing, no framing, no use by pages of others, no request to any other host."""

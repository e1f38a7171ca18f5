"""Whole numbers that callers write as text."""

MAX_INTEGER = 2**63 - 1
"""What both databases keep."""

_MAX_DIGITS = 19


def read_digits(text: str, most: int = MAX_INTEGER) -> int | None:
    """The number that ASCII digits stand for; None for any other text, and for more than `most`.

    Python refuses to read thousands of digits, and takes those of every script for digits.
    """
    if len(text) > _MAX_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None

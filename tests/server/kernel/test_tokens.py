"""Page tokens: what this server gave out, and nothing else."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.server.kernel.errors import InvalidPageToken
from modelyard.server.kernel.pages import decode_token, encode_token

QUERY = "0123456789ab"
positions = st.lists(st.none() | st.integers() | st.floats(allow_nan=False) | st.text(), max_size=4)


@given(positions)
def test_a_token_answers_its_position(position: list[object]):
    assert decode_token(encode_token(position, QUERY), QUERY) == position


@given(positions, st.integers(0), st.integers(0, 255))
def test_a_changed_token_is_refused(position: list[object], index: int, byte: int):
    token = bytearray(encode_token(position, QUERY).encode())
    index %= len(token)
    if token[index] == byte:
        byte ^= 1
    token[index] = byte
    with pytest.raises(InvalidPageToken):
        decode_token(token.decode("latin-1"), QUERY)


@given(st.text() | positions.map(lambda position: forged([QUERY, *position])))
def test_a_made_up_token_is_refused(token: str):
    with pytest.raises(InvalidPageToken):
        decode_token(token, QUERY)


def forged(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

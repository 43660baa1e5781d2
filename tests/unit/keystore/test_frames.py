"""Frames of the key service's sockets, however the bytes arrive."""

import pytest

from infobank.errors import InvalidInputError
from infobank.keystore.service.wire import LARGEST_FRAME, Frames, decode, encode

MESSAGES = [[1, "reachable", []], [2, "open", [[b"x" * 16] * 40]], [3, None, None]]


@pytest.mark.parametrize("size", [1, 3, 4, 5, 100, 10_000])
def test_messages_are_the_same_in_whatever_pieces_they_come(size: int):
    sent = b"".join(map(encode, MESSAGES))
    frames, found = Frames(), []
    for at in range(0, len(sent), size):
        found += [list(decode(packed)) for packed in frames.fed(sent[at : at + size])]
    assert found == MESSAGES


def test_what_came_before_a_frame_that_is_too_long_is_still_a_message():
    frames = Frames()
    fed = frames.fed(encode(MESSAGES[0]) + (LARGEST_FRAME + 1).to_bytes(4, "big"))
    assert list(decode(next(fed))) == MESSAGES[0]
    with pytest.raises(InvalidInputError):
        next(fed)

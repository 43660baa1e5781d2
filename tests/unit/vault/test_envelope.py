"""What is sealed opens only as it was sealed."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infobank.vault.envelope import (
    WRAPPED_LENGTH,
    KeyWrap,
    digest,
    new_key,
    open_sealed,
    seal,
    sealed_length,
    unwrap,
    wrap,
)
from infobank.vault.errors import SealBrokenError

KEY, OTHER = bytes(range(32)), bytes(32)


@pytest.mark.parametrize("length", [0, 1, 16_383, 16_384, 16_385, 50_000])
def test_sealed_bytes_have_the_stated_length_and_open(length: int):
    sealed = seal(KEY, b"context", b"x" * length)
    assert len(sealed) == sealed_length(length)
    assert open_sealed(KEY, b"context", sealed, longest=length) == b"x" * length


def test_two_seals_of_the_same_are_not_the_same():
    assert seal(KEY, b"", b"same") != seal(KEY, b"", b"same")


def test_more_than_the_longest_is_refused():
    sealed = seal(KEY, b"", bytes(1000))
    with pytest.raises(SealBrokenError):
        open_sealed(KEY, b"", sealed, longest=999)


@pytest.mark.parametrize(
    ("key", "context", "change"),
    [
        (OTHER, b"context", lambda sealed: sealed),
        (b"short", b"context", lambda sealed: sealed),
        (KEY, b"another", lambda sealed: sealed),
        (KEY, b"context", lambda sealed: sealed[:-1]),
        (KEY, b"context", lambda sealed: sealed + b"\0"),
        (KEY, b"context", lambda _: b""),
        (KEY, b"context", lambda sealed: sealed[: 56 + 16_400]),
    ],
    ids=["key", "key length", "context", "truncated", "extended", "empty", "chunk dropped"],
)
def test_everything_wrong_is_the_same_error(
    key: bytes, context: bytes, change: Callable[[bytes], bytes]
):
    sealed = change(seal(KEY, b"context", bytes(20_000)))
    with pytest.raises(SealBrokenError) as caught:
        open_sealed(key, context, sealed, longest=100_000)
    assert caught.value.args == SealBrokenError().args
    assert caught.value.detail == ""
    assert caught.value.__cause__ is None


def test_a_wrapped_key_opens_and_two_wraps_differ():
    inner = new_key()
    first, second = wrap(KEY, inner, b"context"), wrap(KEY, inner, b"context")
    assert first != second
    assert len(first) == WRAPPED_LENGTH
    assert unwrap(KEY, first, b"context") == unwrap(KEY, second, b"context") == inner


def test_every_bit_of_a_wrapped_key_counts():
    wrapped = wrap(KEY, new_key(), b"context")
    for bit in range(8 * len(wrapped)):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            unwrap(KEY, bytes(changed), b"context")


@pytest.mark.parametrize(
    ("key", "context", "cut"), [(OTHER, b"context", 92), (KEY, b"", 92), (KEY, b"context", 91)]
)
def test_a_wrapped_key_is_bound_to_key_and_context(key: bytes, context: bytes, cut: int):
    wrapped = wrap(KEY, new_key(), b"context")[:cut]
    with pytest.raises(SealBrokenError):
        unwrap(key, wrapped, context)


def test_an_authentic_wrap_without_the_commitment_is_refused():
    nonce = bytes(12)
    forged = nonce + AESGCM(KEY).encrypt(nonce, b"\1" + bytes(63), b"context")
    assert len(forged) == WRAPPED_LENGTH
    with pytest.raises(SealBrokenError):
        unwrap(KEY, forged, b"context")


def test_only_whole_keys_are_wrapped():
    with pytest.raises(ValueError, match="32-byte"):
        wrap(KEY, b"short", b"context")


def test_an_unwrapped_key_is_in_a_buffer_that_can_be_wiped():
    inner = new_key()
    opened = KeyWrap(KEY).unwrap(wrap(KEY, inner, b"context"), b"context")
    assert opened == inner
    opened[:] = bytes(32)
    assert KeyWrap(KEY).unwrap(wrap(KEY, inner, b"context"), b"context") == inner


def test_rewrapped_keys_change_outer_key_and_context_and_nothing_else():
    inner = [new_key(), new_key()]
    wrapped = [wrap(KEY, inner[0], b"a"), None, wrap(KEY, inner[1], b"b")]
    first, none, last = KeyWrap(OTHER).rewrap(
        KeyWrap(KEY), wrapped, [b"a", b"", b"b"], [b"x", b"", b"y"]
    )
    assert none is None
    assert [unwrap(OTHER, first, b"x"), unwrap(OTHER, last, b"y")] == inner
    for key, context in ((KEY, b"x"), (OTHER, b"a"), (OTHER, b"y")):
        with pytest.raises(SealBrokenError):
            unwrap(key, first, context)


def test_a_rewrap_needs_a_context_for_every_key():
    wrapped = [wrap(KEY, new_key(), b"a")] * 2
    with pytest.raises(ValueError, match="shorter"):
        KeyWrap(OTHER).rewrap(KeyWrap(KEY), wrapped, [b"a"], [b"x"] * 2)
    with pytest.raises(ValueError, match="shorter"):
        KeyWrap(OTHER).rewrap(KeyWrap(KEY), wrapped, [b"a"] * 2, [b"x"])


def test_drawn_keys_and_nonces_do_not_repeat():
    keys = {new_key() for _ in range(1000)}
    nonces = {wrap(KEY, OTHER, b"")[:12] for _ in range(1000)}
    assert (len(keys), len(nonces)) == (1000, 1000)
    assert {len(key) for key in keys} == {32}


def test_digest_is_sha256():
    # FIPS 180-4 example: the message "abc".
    assert digest(b"abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")

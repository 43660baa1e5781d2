"""What every keystore promises (`infobank.keystore.roots.contract`), asked of all three."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from keystores import KINDS, REMOTE, Keystore, RemoteKeystore, keystore, using

from infobank.errors import ConflictError, InfobankError, UnavailableError
from infobank.keystore.errors import EpochMissingError, RootUnavailableError
from infobank.vault.errors import SealBrokenError

INNER = bytes(range(1, 33))
CONTEXT = b"shard 7 of tenant 3"

every_kind = pytest.mark.parametrize("kept", KINDS, indirect=True)
remote_kind = pytest.mark.parametrize("kept", REMOTE, indirect=True)


def _flipped(wrapped: bytes) -> Iterator[bytes]:
    """Return the blob with one bit of each byte turned over, each bit in its turn."""
    for place, byte in enumerate(wrapped):
        yield wrapped[:place] + bytes([byte ^ (1 << place % 8)]) + wrapped[place + 1 :]


@every_kind
async def test_what_was_wrapped_comes_back_and_does_not_show(kept: Keystore):
    async with using(kept) as roots:
        assert await roots.create_epoch() == 1
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        again = await roots.wrap(1, INNER, CONTEXT)
        assert await roots.unwrap(1, wrapped, CONTEXT) == INNER
        assert await roots.unwrap(1, again, CONTEXT) == INNER
    assert wrapped != again
    assert INNER not in wrapped


@every_kind
async def test_an_empty_context_is_a_context(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, b"")
        assert await roots.unwrap(1, wrapped, b"") == INNER
        with pytest.raises(SealBrokenError):
            await roots.unwrap(1, wrapped, CONTEXT)


@every_kind
@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
async def test_only_keys_of_32_bytes_are_wrapped(kept: Keystore, length: int):
    async with using(kept) as roots:
        await roots.create_epoch()
        with pytest.raises(ValueError, match="32-byte"):
            await roots.wrap(1, bytes(length), CONTEXT)


@every_kind
async def test_a_wrapped_key_opens_under_its_own_context_and_epoch_only(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        for epoch, context in ((2, CONTEXT), (1, CONTEXT + b"!"), (1, CONTEXT[:-1]), (1, b"")):
            with pytest.raises(SealBrokenError):
                await roots.unwrap(epoch, wrapped, context)


@every_kind
async def test_a_wrapped_key_with_one_bit_changed_is_broken(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        for changed in _flipped(wrapped):
            with pytest.raises(SealBrokenError):
                await roots.unwrap(1, changed, CONTEXT)


@every_kind
async def test_a_wrapped_key_of_another_length_is_broken(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        shorter = [wrapped[:length] for length in range(len(wrapped))]
        for other in (*shorter, wrapped + b"\0", wrapped + b"=", b"\0" + wrapped, wrapped * 2):
            with pytest.raises(SealBrokenError):
                await roots.unwrap(1, other, CONTEXT)


@every_kind
async def test_a_wrapped_key_without_its_commitment_is_broken(kept: Keystore):
    """Albertini and others, USENIX Security 2022: 32 zero bytes must come back before the key."""
    async with using(kept) as roots:
        await roots.create_epoch()
    committed = kept.seal(1, bytes(32) + INNER, CONTEXT)
    bare = kept.seal(1, bytes(31) + b"\1" + INNER, CONTEXT)
    async with using(kept) as roots:
        assert await roots.unwrap(1, committed, CONTEXT) == INNER
        with pytest.raises(SealBrokenError):
            await roots.unwrap(1, bare, CONTEXT)


@pytest.mark.parametrize("others", KINDS)
@every_kind
async def test_what_one_keystore_wrapped_no_other_opens(
    kept: Keystore, others: str, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
    async with keystore(others, tmp_path / "another", monkeypatch) as other, using(other) as roots:
        await roots.create_epoch()
        with pytest.raises(SealBrokenError):
            await roots.unwrap(1, wrapped, CONTEXT)


@every_kind
async def test_epochs_are_numbered_from_one_and_outlive_the_program(kept: Keystore):
    async with using(kept) as roots:
        assert (await roots.describe()).live == ()
        assert [await roots.create_epoch() for _ in range(3)] == [1, 2, 3]
        wrapped = await roots.wrap(2, INNER, CONTEXT)
    async with using(kept) as roots:
        state = await roots.describe()
        assert (state.live, state.newest, state.destroyed) == ((1, 2, 3), 3, ())
        assert await roots.unwrap(2, wrapped, CONTEXT) == INNER
        assert await roots.create_epoch() == 4


@every_kind
async def test_an_epoch_that_was_never_made_is_missing(kept: Keystore):
    async with using(kept) as roots:
        with pytest.raises(EpochMissingError):
            await roots.wrap(1, INNER, CONTEXT)
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        with pytest.raises(EpochMissingError):
            await roots.wrap(2, INNER, CONTEXT)
        with pytest.raises((EpochMissingError, SealBrokenError)):
            await roots.unwrap(2, wrapped, CONTEXT)
        assert (await roots.describe()).live == (1,)


@every_kind
async def test_a4_after_an_epoch_was_destroyed_nothing_wrapped_under_it_opens(kept: Keystore):
    """Assertion A4: every older backup of the key table is dead."""
    async with using(kept) as roots:
        await roots.create_epoch()
        old = [await roots.wrap(1, bytes([n]) * 32, b"%d" % n) for n in range(20)]
        assert await roots.create_epoch() == 2
        new = await roots.wrap(2, INNER, CONTEXT)
        await roots.destroy_epoch(1)
        for n, wrapped in enumerate(old):
            with pytest.raises(EpochMissingError):
                await roots.unwrap(1, wrapped, b"%d" % n)
            with pytest.raises((SealBrokenError, EpochMissingError)):
                await roots.unwrap(2, wrapped, b"%d" % n)
        with pytest.raises(EpochMissingError):
            await roots.wrap(1, INNER, CONTEXT)
        assert await roots.unwrap(2, new, CONTEXT) == INNER
    async with using(kept) as roots:
        state = await roots.describe()
        assert (state.live, state.destroyed) == ((2,), (1,))
        for n, wrapped in enumerate(old):
            with pytest.raises(EpochMissingError):
                await roots.unwrap(1, wrapped, b"%d" % n)
        assert await roots.unwrap(2, new, CONTEXT) == INNER
        assert await roots.create_epoch() == 3


@every_kind
async def test_destroying_twice_is_destroying_once(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        await roots.destroy_epoch(1)
        await roots.destroy_epoch(1)
        assert (await roots.describe()).live == (2,)


@every_kind
async def test_the_newest_and_the_younger_epochs_are_never_destroyed(kept: Keystore):
    async with using(kept) as roots:
        for _ in range(3):
            await roots.create_epoch()
        with pytest.raises(ConflictError, match="newest"):
            await roots.destroy_epoch(3)
        with pytest.raises(ConflictError, match="older"):
            await roots.destroy_epoch(2)
        for never in (0, 4):
            with pytest.raises(EpochMissingError):
                await roots.destroy_epoch(never)
        assert (await roots.describe()).live == (1, 2, 3)


@every_kind
async def test_many_calls_at_once_do_not_mix(kept: Keystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        await roots.create_epoch()

        async def there_and_back(n: int) -> bool:
            inner, context, epoch = bytes([n]) * 32, b"%d" % n, 1 + n % 2
            wrapped = await roots.wrap(epoch, inner, context)
            return await roots.unwrap(epoch, wrapped, context) == inner

        assert all(await asyncio.gather(*(there_and_back(n) for n in range(100))))


@remote_kind
async def test_a_keystore_that_hangs_fails_within_the_deadline_and_works_again(
    kept: RemoteKeystore,
):
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
    async with using(kept, deadline=0.4) as roots, kept.hanging():
        begun = time.monotonic()
        for call in (
            roots.unwrap(1, wrapped, CONTEXT),
            roots.wrap(1, INNER, CONTEXT),
            roots.create_epoch(),
            roots.describe(),
        ):
            with pytest.raises(RootUnavailableError):
                await call
        assert time.monotonic() - begun < 8 * 0.4
    async with using(kept) as roots:
        assert await roots.unwrap(1, wrapped, CONTEXT) == INNER


@remote_kind
async def test_a_keystore_that_was_away_is_used_again_when_it_is_back(kept: RemoteKeystore):
    async with using(kept) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        async with kept.away():
            for _ in range(2):
                for call in (
                    roots.unwrap(1, wrapped, CONTEXT),
                    roots.wrap(2, INNER, CONTEXT),
                    roots.create_epoch(),
                    roots.destroy_epoch(1),
                    roots.describe(),
                ):
                    with pytest.raises(RootUnavailableError):
                        await call
        assert await roots.unwrap(1, wrapped, CONTEXT) == INNER
        assert (await roots.describe()).live == (1, 2)


@every_kind
async def test_no_error_shows_a_key(kept: Keystore):
    caught: list[InfobankError] = []
    async with using(kept) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        for epoch, blob in ((1, wrapped[:-1]), (2, wrapped), (7, wrapped)):
            with pytest.raises(InfobankError) as refused:
                await roots.unwrap(epoch, blob, CONTEXT)
            caught.append(refused.value)
    for error in caught:
        assert wrapped.hex()[:16] not in f"{error!r} {error.detail}"
        assert error.__suppress_context__ or error.__context__ is None


def test_a_keystore_that_is_away_is_a_part_that_is_away():
    assert issubclass(RootUnavailableError, UnavailableError)

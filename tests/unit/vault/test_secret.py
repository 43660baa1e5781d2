"""Key material shows itself nowhere, and is gone when it is wiped."""

import copy
import ctypes
import io
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infobank.vault.bankkeys import BankKeys, BankUse
from infobank.vault.envelope import KeyWrap, expand, open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    new_resident_keys,
    open_resident_keys,
    rewrap,
)
from infobank.vault.secret import Guarded, Secret

TENANT = UUID(int=1)
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
MATERIAL = b"this is the root key material!!!"
ROOT = RootKey(1, MATERIAL)
SHARD = ShardKey(TENANT, 0xA7, 1, MATERIAL)
LATER = ShardKey(TENANT, 0xA7, 2, MATERIAL)
KEYS, WRAPPED = new_resident_keys(SHARD, RESIDENT)

GUARDED = [
    ROOT,
    SHARD,
    KEYS,
    BankKeys(TENANT, {use: Secret(MATERIAL) for use in BankUse}),
    Secret(MATERIAL),
    ResidentKeys(1, Secret(MATERIAL), Secret(MATERIAL)),
]


def shows(text: str, material: bytes) -> bool:
    """Tell whether a text gives key bytes away: as hexadecimal, escaped or as they are."""
    spelled = (material.hex(), repr(material)[2:-1], repr(list(material))[1:-1])
    return any(spelling in text for spelling in spelled)


@pytest.mark.parametrize("held", GUARDED, ids=lambda held: type(held).__name__)
def test_a8_key_objects_show_nothing(held: Guarded):
    for shown in (repr(held), str(held), f"{held}", f"{held!r}", repr([held]), "%s" % (held,)):  # noqa: UP031 - each way of formatting is tried
        assert not shows(shown, MATERIAL)
        assert "not shown" in shown


@pytest.mark.parametrize("held", GUARDED, ids=lambda held: type(held).__name__)
def test_a8_key_objects_cannot_be_copied_away(held: Guarded):
    for take in (copy.copy, copy.deepcopy, vars):
        with pytest.raises(TypeError):
            take(held)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(held, protocol)


def test_a8_a_revealed_key_cannot_be_pickled_or_printed():
    secret = Secret(MATERIAL)
    assert not shows(repr(secret.reveal()), MATERIAL)
    with pytest.raises(TypeError):
        pickle.dump(secret.reveal(), io.BytesIO())
    with pytest.raises(TypeError, match="read-only"):
        secret.reveal()[0] = 0


def broken(wrapped: bytes | None) -> bytes:
    return (wrapped or b"")[:-1] + b"?"


def forged() -> bytes:
    """Return a wrap of the shard's key that is authentic and does not commit to it."""
    context = SHARD.context("log", RESIDENT, 1)
    return bytes(12) + AESGCM(MATERIAL).encrypt(bytes(12), b"\1" + bytes(31) + MATERIAL, context)


def told_by(fault: Callable[[], object]) -> str:
    """Return what the most talkative of tools prints of an error: every frame with its locals."""
    with pytest.raises((SealBrokenError, ValueError, TypeError)) as caught:
        fault()
    # This frame and the fault's own, which hold keys on purpose, are left out.
    beneath = caught.value.__traceback__.tb_next.tb_next
    told = traceback.TracebackException(
        type(caught.value), caught.value, beneath, capture_locals=True
    )
    return "".join(told.format())


@pytest.mark.parametrize(
    "fault",
    [
        lambda: open_resident_keys(SHARD, RESIDENT, WRAPPED._replace(log=broken(WRAPPED.log))),
        lambda: open_resident_keys(SHARD, RESIDENT, WRAPPED._replace(log=forged())),
        lambda: rewrap(SHARD, LATER, [(RESIDENT, WRAPPED._replace(log=forged()))]),
        lambda: new_resident_keys(ShardKey(TENANT, 1, 1, MATERIAL), RESIDENT),
        lambda: expand(ROOT.reveal(), 7),
        lambda: seal(ROOT.reveal(), b"", None),
        lambda: open_sealed(ROOT.reveal(), b"", bytes(100), longest=100),
        lambda: KeyWrap(ROOT.reveal()).wrap(SHARD.reveal()[1:], b""),
        lambda: RootKey(1, ROOT.reveal()[1:]),
    ],
    ids=["bit", "commitment", "rewrap", "shard", "expand", "seal", "open", "wrap", "short"],
)
def test_a8_no_traceback_shows_a_key_even_with_every_local_value(fault: Callable[[], object]):
    text = told_by(fault)
    assert "infobank/vault/" in text
    assert " = " in text
    for secret in (MATERIAL, MATERIAL[1:], bytes(KEYS._data.reveal()), KEYS.log_key()):
        assert not shows(text, secret)


def test_a_key_that_a_traceback_shows_would_be_found():
    def careless(key: bytes) -> None:
        raise ValueError(len(key))

    assert shows(told_by(lambda: careless(MATERIAL)), MATERIAL)


def test_keys_are_not_compared_by_their_bytes():
    assert RootKey(1, MATERIAL) != RootKey(1, MATERIAL)
    assert ROOT == ROOT  # noqa: PLR0124 - the same object is the same key


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_has_32_bytes(length: int):
    with pytest.raises(ValueError, match="32 bytes") as caught:
        RootKey(1, b"k" * length)
    assert "kkk" not in str(caught.value)


def test_a_buffer_is_emptied_into_a_secret_and_anything_else_is_copied():
    buffer, copied = bytearray(MATERIAL), memoryview(bytearray(MATERIAL))
    assert Secret(buffer).reveal() == Secret(copied).reveal() == MATERIAL
    assert buffer == bytes(32)
    assert copied == MATERIAL


def place_of(secret: Secret) -> int:
    """Return where in the memory of the process a secret has its 32 bytes."""
    return ctypes.addressof(ctypes.c_char.from_buffer(secret._material))


def memory(place: int) -> bytes:
    """Return 32 bytes of the memory of the process, whoever they belong to."""
    return ctypes.string_at(place, 32)


def test_a_secret_is_wiped_at_the_end_of_its_block_whatever_happens():
    secret = Secret(MATERIAL)
    place = place_of(secret)
    assert memory(place) == MATERIAL
    with pytest.raises(ZeroDivisionError), secret:
        raise ZeroDivisionError
    assert memory(place) == bytes(32)


def test_both_keys_of_a_resident_are_wiped_at_the_end_of_the_block():
    with open_resident_keys(SHARD, RESIDENT, WRAPPED) as keys:
        places = [place_of(keys._data), place_of(keys._log)]
        assert memory(places[1]) == KEYS.log_key()
    assert [memory(place) for place in places] == [bytes(32)] * 2


@pytest.mark.parametrize(
    "make",
    [Secret, lambda key: RootKey(1, key), lambda key: ShardKey(TENANT, 1, 1, key)],
    ids=["secret", "root", "shard"],
)
def test_a_secret_that_nobody_holds_any_more_is_wiped(make: Callable[[bytes], Secret]):
    secret = make(MATERIAL)
    place = place_of(secret)
    assert memory(place) == MATERIAL
    del secret
    # The memory was given back: what follows the overwriting is not the key either.
    assert not any(part in memory(place) for part in (MATERIAL[:8], MATERIAL[8:16], MATERIAL[24:]))


def test_a_view_of_a_secret_that_nobody_holds_any_more_still_shows_it():
    assert expand(Secret(MATERIAL).reveal(), b"") == expand(MATERIAL, b"")


def test_wiping_twice_is_wiping_once():
    secret = Secret(MATERIAL)
    secret.wipe()
    secret.wipe()
    with pytest.raises(ValueError, match="wiped"):
        secret.reveal()


@pytest.mark.parametrize(
    "use",
    [
        lambda key: expand(key, b""),
        KeyWrap,
        lambda key: seal(key, b"", b""),
    ],
    ids=["expand", "wrap", "seal"],
)
def test_no_cipher_takes_the_zeros_that_are_left(use: Callable[[memoryview], object]):
    with Secret(MATERIAL) as secret:
        view = secret.reveal()
        use(view)
    with pytest.raises((TypeError, ValueError), match=r"buffer|released"):
        use(view)


def test_a_cipher_made_of_a_key_does_not_change_when_the_key_is_wiped():
    secret = Secret(MATERIAL)
    cipher = KeyWrap(secret.reveal())
    secret.wipe()
    wrapped = cipher.wrap(bytes(range(32)), b"context")
    assert KeyWrap(MATERIAL).unwrap(wrapped, b"context") == bytes(range(32))


def test_keys_that_are_held_to_the_end_of_a_process_are_wiped_without_a_word():
    # At its end the interpreter empties one module after the other; here, before the key goes.
    program = (
        "import infobank.vault.secret as module\n"
        "kept = module.Secret(bytes(range(32)))\n"
        "for name in list(vars(module)): setattr(module, name, None)\n"
        "del kept\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")

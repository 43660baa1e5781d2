"""Root keys in a transit engine: every fault of the server is closed, and nothing leaks to it."""

import ssl
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from string import ascii_letters, digits

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from keystores import Engine, using
from transit_server import Fault, Key

from infobank.entropy import SystemEntropy
from infobank.keystore.errors import (
    EpochMissingError,
    KeyFileError,
    RootRefusedError,
    RootUnavailableError,
)
from infobank.keystore.privatefile import create_private_file
from infobank.keystore.roots.places import TransitPlace, open_roots
from infobank.vault.errors import SealBrokenError

INNER = bytes(range(32))
CONTEXT = b"context"
NAME = "infobank-root"

CLOSED = (
    Fault.BREAK,
    Fault.INTERNAL,
    Fault.REFUSED,
    Fault.FORBIDDEN,
    Fault.SEALED,
    Fault.BUSY,
    Fault.ELSEWHERE,
    Fault.GARBAGE,
    Fault.LIST,
    Fault.BAD_LIST,
    Fault.EMPTY,
    Fault.TYPED,
)


@pytest.mark.parametrize("fault", CLOSED)
async def test_a_server_with_a_fault_is_away(engine: Engine, fault: Fault):
    async with using(engine) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        engine.server.fault = fault
        for call in (
            roots.unwrap(1, wrapped, CONTEXT),
            roots.wrap(1, INNER, CONTEXT),
            roots.create_epoch(),
            roots.destroy_epoch(1),
            roots.describe(),
        ):
            with pytest.raises((RootUnavailableError, RootRefusedError)) as caught:
                await call
            assert engine.server.token not in f"{caught.value!r} {caught.value.detail}"
        engine.server.fault = Fault.NONE
        assert await roots.unwrap(1, wrapped, CONTEXT) == INNER
        assert (await roots.describe()).live == (1, 2)


async def test_a_second_spelling_of_a_wrapped_key_is_broken(engine: Engine):
    """Base64 leaves bits over in the last letter of 92 bytes; a server need not look at them."""
    async with using(engine) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        letters = (ascii_letters[26:] + ascii_letters[:26] + digits + "+/").encode()
        others = [wrapped[:-2] + bytes([letter]) + b"=" for letter in letters]
        same = [each for each in others if b64decode(each[9:]) == b64decode(wrapped[9:])]
        same.remove(wrapped)
        assert len(same) == 3
        for each in (*same, wrapped + b"\n", wrapped.replace(b"v1", b"v01")):
            with pytest.raises(SealBrokenError):
                await roots.unwrap(1, each, CONTEXT)


async def test_a_redirection_is_not_followed(engine: Engine):
    engine.server.fault = Fault.ELSEWHERE
    async with using(engine) as roots:
        with pytest.raises(RootUnavailableError):
            await roots.describe()
    assert engine.server.asked == [f"GET /v1/transit/keys/{NAME}"]


async def test_a_server_that_is_not_there_is_away(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        place = engine.place
    nowhere = TransitPlace("http://127.0.0.1:9", place.mount, place.key, place.token_file, None, "")
    roots = open_roots(nowhere, SystemEntropy(), 5.0)
    with pytest.raises(RootUnavailableError):
        await roots.describe()
    await roots.close()


async def test_a_key_under_the_newest_version_instead_of_the_asked_one_is_not_taken(
    engine: Engine,
):
    async with using(engine) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        engine.server.fault = Fault.NEWEST
        with pytest.raises(RootUnavailableError) as caught:
            await roots.wrap(1, INNER, CONTEXT)
        assert "another version" in caught.value.detail


async def test_a_server_that_encrypts_something_else_is_found_when_it_is_opened(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        engine.server.fault = Fault.UNCOMMITTED
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        with pytest.raises(SealBrokenError):
            await roots.unwrap(1, wrapped, CONTEXT)


async def test_a_version_that_was_not_made_or_not_deleted_is_not_believed(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        engine.server.fault = Fault.UNROTATED
        with pytest.raises(RootUnavailableError):
            await roots.create_epoch()
        engine.server.fault = Fault.UNTRIMMED
        with pytest.raises(RootUnavailableError):
            await roots.destroy_epoch(1)


async def test_a_destruction_that_was_cut_off_is_finished_by_the_next(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        await roots.create_epoch()
        engine.server.fault = Fault.UNTRIMMED
        with pytest.raises(RootUnavailableError):
            await roots.destroy_epoch(1)
        engine.server.fault = Fault.NONE
        assert (await roots.describe()).live == (1, 2)
        with pytest.raises(EpochMissingError):
            await roots.unwrap(1, wrapped, CONTEXT)
        await roots.destroy_epoch(1)
        assert (await roots.describe()).live == (2,)
    assert list(engine.server.keys[NAME].versions) == [2]


async def test_destroying_lowers_no_limit_an_operator_set(engine: Engine):
    async with using(engine) as roots:
        for _ in range(4):
            await roots.create_epoch()
        key = engine.server.keys[NAME]
        key.min_decryption_version, key.min_encryption_version = 3, 4
        await roots.destroy_epoch(1)
    assert (key.min_available_version, key.min_decryption_version) == (2, 3)
    assert key.min_encryption_version == 4


async def test_wrapping_never_makes_a_key(engine: Engine):
    """The API makes a key that is missing when something is encrypted with it."""
    async with using(engine) as roots:
        for epoch in (1, 2):
            with pytest.raises(EpochMissingError):
                await roots.wrap(epoch, INNER, CONTEXT)
    assert engine.server.keys == {}


async def test_a_key_that_was_deleted_leaves_no_epoch(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        engine.server.keys.clear()
        with pytest.raises(EpochMissingError):
            await roots.unwrap(1, wrapped, CONTEXT)
        assert (await roots.describe()).live == ()


@pytest.mark.parametrize(
    "setting",
    [
        {"exportable": True},
        {"allow_plaintext_backup": True},
        {"deletion_allowed": True},
        {"derived": True},
        {"type": "aes128-gcm96"},
        {"type": "chacha20-poly1305"},
        {"auto_rotate_period": 86_400},
    ],
    ids=str,
)
async def test_a_key_that_does_not_guard_is_refused(engine: Engine, setting: dict[str, object]):
    engine.server.keys[NAME] = Key(settings=setting)
    async with using(engine) as roots:
        for call in (roots.describe(), roots.create_epoch(), roots.wrap(1, INNER, CONTEXT)):
            with pytest.raises(RootRefusedError, match="stays on its server"):
                await call
    assert engine.server.keys[NAME].latest == 1


async def test_a_key_the_bank_made_stays_on_its_server(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
    made = engine.server.keys[NAME].described(NAME)
    assert (made["type"], made["exportable"], made["allow_plaintext_backup"]) == (
        "aes256-gcm96",
        False,
        False,
    )
    assert not made["deletion_allowed"]


async def test_a_renewed_token_is_read_from_its_file(engine: Engine):
    async with using(engine) as roots:
        await roots.create_epoch()
        engine.server.token = "s.renewed"
        with pytest.raises(RootUnavailableError):
            await roots.describe()
        (engine.path / "token").write_text("s.renewed\n")
        assert (await roots.describe()).live == (1,)


async def test_the_token_must_be_for_the_banks_eyes_only(engine: Engine):
    (engine.path / "token").chmod(0o640)
    async with using(engine) as roots:
        with pytest.raises(KeyFileError, match="chmod 600"):
            await roots.describe()


async def test_a_namespace_is_named_in_every_request(engine: Engine):
    engine.server.namespace = "city"
    async with using(engine) as roots:
        assert await roots.create_epoch() == 1
        wrapped = await roots.wrap(1, INNER, CONTEXT)
    engine.server.namespace = "another"
    async with using(engine) as roots:
        engine.server.namespace = "city"
        with pytest.raises(EpochMissingError):
            await roots.unwrap(1, wrapped, CONTEXT)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that signs itself; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys.invented")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    create_private_file(folder / "cert.pem", certificate.public_bytes(encoding))
    private = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    create_private_file(folder / "key.pem", private)
    return folder / "cert.pem", folder / "key.pem"


async def test_only_a_server_the_operators_certificates_vouch_for_gets_the_token(engine: Engine):
    mine, key = _certificate(engine.path / "mine")
    theirs, _ = _certificate(engine.path / "theirs")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(mine, key)
    async with engine.server.running(tls=tls):
        place = engine.place
        for ca in (theirs, None):
            away = open_roots(
                TransitPlace(place.url, place.mount, place.key, place.token_file, ca, ""),
                SystemEntropy(),
                20.0,
            )
            with pytest.raises(RootUnavailableError):
                await away.describe()
            await away.close()
        assert engine.server.asked == []
        roots = open_roots(
            TransitPlace(place.url, place.mount, place.key, place.token_file, mine, ""),
            SystemEntropy(),
            20.0,
        )
        assert await roots.create_epoch() == 1
        await roots.close()

"""Both databases and the whole configuration, without the keystore, open nothing."""

import hmac
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256, sha512
from pathlib import Path

import pytest
from running_bank import BankServer

from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.entropy import SystemEntropy
from infobank.errors import ConfigurationError
from infobank.keystore.making import make_keys
from infobank.vault.block import open_columns
from infobank.vault.envelope import open_sealed, unwrap
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader
from infobank.vocabulary.text.canonical import joined

PERSON = "9988776655"
SPACE = range(9_988_770_000, 9_988_780_000)
"""A part of the space of identifiers that has the person in it; a thief would try all of it."""


@dataclass(frozen=True)
class Stolen:
    """What a thief has: every byte string of both databases, and the settings as text."""

    found: frozenset[bytes]
    settings: str


@pytest.fixture(scope="module")
def stolen(bank_server: BankServer) -> Stolen:
    enrol = bank_server.bank.enrol("clinic", [PERSON], create=True)
    assert len(bank_server.run(enrol)) == 1
    return Stolen(frozenset(byte_strings(bank_server)), repr(bank_server.settings))


def byte_strings(server: BankServer) -> Iterator[bytes]:
    """Yield each bytea of both databases, as pg_dump writes them."""
    pg_dump = server.databases.server.tool("pg_dump")
    for owner in ("infobank_owner", "infobank_keys_owner"):
        words = [pg_dump, "--data-only", "--dbname", server.databases.libpq(owner)]
        dump = subprocess.run(words, capture_output=True, check=True, timeout=60).stdout
        yield from (bytes.fromhex(each.decode()) for each in re.findall(rb"\\\\x([0-9a-f]+)", dump))


def keys_at_hand(stolen: Stolen, server: BankServer) -> set[bytes]:
    """Return every 32 bytes that a thief would try as a key."""
    guesses = {bytes(32), sha256(b"").digest(), sha256(server.settings.tenant.bytes).digest()}
    for each in stolen.found:
        if len(each) == 32:
            guesses.add(each)
        guesses |= {sha256(each).digest(), sha512(each).digest()[:32], each[:32], each[-32:]}
        # A wrapped key: nonce, sealed zeros and key, tag.
        guesses |= {each[12:44], each[44:76]} if len(each) == 92 else set()
    return {guess for guess in guesses if len(guess) == 32}


def test_b2_a_key_service_without_the_keystore_does_not_start(
    bank_server: BankServer, tmp_path: Path
):
    folder = tmp_path / "root"
    settings = replace(
        bank_server.settings,
        root_key=folder,
        roots=replace(bank_server.settings.roots, folder=folder),
    )

    async def start() -> None:
        async with open_keyservice(settings, Databases(settings, None)):
            pass

    with pytest.raises(ConfigurationError):
        bank_server.run(start())
    make_keys(folder, tmp_path / "log.pem", "thief/log", SystemEntropy())
    with pytest.raises(SealBrokenError):
        bank_server.run(start())


def test_b2_nothing_in_the_databases_or_the_settings_opens_a_wrapped_key_or_a_block(
    bank_server: BankServer, stolen: Stolen
):
    guesses = keys_at_hand(stolen, bank_server)
    assert len(guesses) > 500
    wrapped = [each for each in stolen.found if len(each) == 92][:20]
    blocks = [each for each in stolen.found if each[:4] == b"IBBK"][:5]
    assert len(wrapped) == 20
    assert len(blocks) == 5
    category = bank_server.bank.policies.category("daily_activity")
    for guess in guesses:
        for each in wrapped:
            with pytest.raises(SealBrokenError):
                unwrap(guess, each, b"")
        for each in blocks:
            header = BlockHeader.parse(each[: BlockHeader.LENGTH])
            with pytest.raises(SealBrokenError):
                open_columns(guess, header, category, each)
            with pytest.raises(SealBrokenError):
                open_sealed(
                    guess, each[: BlockHeader.LENGTH], each[BlockHeader.LENGTH :], longest=10**6
                )


def test_b2_the_settings_hold_no_key(bank_server: BankServer, stolen: Stolen):
    document = (bank_server.settings.root_key / "1.json").read_text(encoding="utf-8")
    assert json.loads(document)["key"] not in stolen.settings


def test_b3_one_identifier_has_another_index_in_each_source_index_and_bank(
    bank_server: BankServer,
):
    settings = replace(bank_server.settings, tenant=type(bank_server.settings.tenant)(int=7))

    async def indexes() -> list[bytes]:
        keyservice = bank_server.bank.holdings.keyservice
        found = [
            *await keyservice.index("source", [("clinic", PERSON), ("school", PERSON)]),
            *await keyservice.index("sign-in", [("clinic", PERSON)]),
        ]
        async with open_keyservice(bank_server.settings, Databases(settings, None)) as core:
            other = replace(core, bank=type(core.bank)(settings.tenant, core.bank._keys))
            found += await other.index("source", [("clinic", PERSON)])
        return found

    found = bank_server.run(indexes())
    assert len(set(found)) == len(found) == 4


def test_b3_the_whole_space_of_identifiers_finds_nobody_without_the_key(
    bank_server: BankServer, stolen: Stolen
):
    """Everything a thief could compute for each identifier stands nowhere in the databases."""
    (mine,) = bank_server.run(
        bank_server.bank.holdings.keyservice.index("source", [("clinic", PERSON)])
    )
    assert mine in stolen.found  # the search below would find it
    tenant = bank_server.settings.tenant.bytes
    for number in SPACE:
        named = unicodedata.normalize("NFKC", str(number)).encode()
        message = joined(b"clinic", named)
        tried = {
            sha256(named).digest(),
            sha256(message).digest(),
            blake2b(message, digest_size=32).digest(),
            *(hmac.digest(key, message, "sha256") for key in (b"", bytes(32), tenant, b"infobank")),
        }
        assert tried.isdisjoint(stolen.found)

"""Root keys in a real PKCS#11 token (SoftHSM2): they stay there, and the login is careful."""

import asyncio
import sys

import pkcs11
import pytest
from keystores import PIN, SoftToken, using
from pkcs11 import Attribute, KeyType, MechanismFlag
from pkcs11.exceptions import AttributeSensitive

from infobank.entropy import SystemEntropy
from infobank.keystore.errors import (
    EpochMissingError,
    KeyFileError,
    RootRefusedError,
    RootUnavailableError,
)
from infobank.keystore.roots.pkcs11 import Pkcs11Roots
from infobank.keystore.roots.places import TokenPlace
from infobank.keystore.roots.token import Token

INNER = bytes(range(32))
CONTEXT = b"context"


def _generate(token: SoftToken, epoch: int, bits: int = 256, **wanted: bool) -> None:
    """Make a key beside the bank, as somebody with another program would."""
    template = {Attribute[name.upper()]: value for name, value in wanted.items()}

    def generate(found: Token) -> None:
        found.session.generate_key(
            KeyType.AES,
            bits,
            label=f"infobank-root-{epoch}",
            store=True,
            capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
            template=template,
        )

    with token.login() as login:
        login.ask(generate)


def _set_pin(token: SoftToken, pin: str) -> None:
    (token.path / "pin").write_text(pin)


async def test_the_key_of_an_epoch_cannot_be_read_out_of_the_token(token: SoftToken):
    async with using(token) as roots:
        await roots.create_epoch()

    def look(found: Token) -> dict[str, object]:
        key = next(iter(found.session.get_objects({Attribute.LABEL: "infobank-root-1"})))
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]
        return {name: key[Attribute[name]] for name in expected}

    expected: dict[str, object] = {
        "TOKEN": True,
        "PRIVATE": True,
        "SENSITIVE": True,
        "ALWAYS_SENSITIVE": True,
        "EXTRACTABLE": False,
        "NEVER_EXTRACTABLE": True,
        "LOCAL": True,
        "MODIFIABLE": False,
        "VALUE_LEN": 32,
        "WRAP": False,
        "SIGN": False,
    }
    with token.login() as login:
        assert login.ask(look) == expected


async def test_a_key_that_could_leave_the_token_is_refused(token: SoftToken):
    _generate(token, 1, sensitive=False, extractable=True)
    async with using(token) as roots:
        with pytest.raises(RootRefusedError, match="could leave"):
            await roots.wrap(1, INNER, CONTEXT)


async def test_a_shorter_key_is_refused(token: SoftToken):
    _generate(token, 1, bits=128, sensitive=True, extractable=False, private=True)
    async with using(token) as roots:
        with pytest.raises(RootRefusedError, match="AES-256"):
            await roots.wrap(1, INNER, CONTEXT)


async def test_two_keys_of_one_name_are_refused(token: SoftToken):
    async with using(token) as roots:
        await roots.create_epoch()
    _generate(token, 1, sensitive=True, extractable=False, private=True)
    async with using(token) as roots:
        with pytest.raises(RootRefusedError, match="two keys"):
            await roots.wrap(1, INNER, CONTEXT)


async def test_other_keys_in_the_token_are_left_alone(token: SoftToken):
    with token.login() as login:
        login.ask(
            lambda found: found.session.generate_key(KeyType.AES, 256, label="payroll", store=True)
        )
    async with using(token) as roots:
        assert await roots.create_epoch() == 1
        assert (await roots.describe()).live == (1,)


async def test_a_session_that_died_is_opened_again(token: SoftToken):
    async with using(token) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        library = pkcs11.lib(str(token.module))
        for call in (
            lambda: roots.unwrap(1, wrapped, CONTEXT),
            lambda: roots.wrap(2, INNER, CONTEXT),
            roots.describe,
            roots.create_epoch,
            lambda: roots.destroy_epoch(1),
        ):
            library.reinitialize()
            await call()
        assert (await roots.describe()).live == (2, 3)


async def test_a_key_destroyed_by_another_program_is_gone_at_once(token: SoftToken):
    async with using(token) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        destroying = (
            "import sys, pkcs11;"
            "session = pkcs11.lib(sys.argv[1]).get_token(token_label='bank')"
            ".open(rw=True, user_pin=sys.argv[2]);"
            "[key.destroy() for key in list(session.get_objects("
            "{pkcs11.Attribute.LABEL: 'infobank-root-1'}))]"
        )
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", destroying, str(token.module), PIN
        )
        assert await other.wait() == 0
        with pytest.raises(EpochMissingError):
            await roots.unwrap(1, wrapped, CONTEXT)


async def test_a_wrong_pin_is_tried_once_and_the_token_does_not_lock(token: SoftToken):
    _set_pin(token, "00000000")
    async with using(token) as roots:
        for _ in range(20):
            with pytest.raises(RootRefusedError, match="PIN") as caught:
                await roots.describe()
            assert "00000000" not in f"{caught.value!r} {caught.value.detail}"
        _set_pin(token, PIN)
        with pytest.raises(RootRefusedError, match="restart"):
            await roots.describe()
    async with using(token) as roots:
        assert await roots.create_epoch() == 1


async def test_the_pin_must_be_for_the_banks_eyes_only(token: SoftToken):
    (token.path / "pin").chmod(0o644)
    async with using(token) as roots:
        with pytest.raises(KeyFileError, match="chmod 600"):
            await roots.describe()


async def test_a_token_of_another_name_is_no_token(token: SoftToken):
    roots = Pkcs11Roots(
        TokenPlace(token.module, "another", token.path / "pin"), SystemEntropy(), 5.0
    )
    with pytest.raises(RootUnavailableError):
        await roots.describe()
    await roots.close()


async def test_a_library_that_is_not_there_says_which_setting_names_it(token: SoftToken):
    missing = TokenPlace(token.path / "none.so", "bank", token.path / "pin")
    roots = Pkcs11Roots(missing, SystemEntropy(), 5.0)
    with pytest.raises(RootRefusedError, match="INFOBANK_PKCS11_MODULE"):
        await roots.describe()
    await roots.close()


async def test_a_library_that_is_none_is_no_keystore(token: SoftToken):
    (token.path / "none.so").write_text("not a library")
    roots = Pkcs11Roots(
        TokenPlace(token.path / "none.so", "bank", token.path / "pin"), SystemEntropy(), 5.0
    )
    with pytest.raises(RootUnavailableError):
        await roots.describe()
    await roots.close()

"""`infobank keys make` makes the first root key in the keystore the settings name."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from keystores import KINDS, Engine, Folder, Keystore, SoftToken, using


def _environment(kept: Keystore, state: Path) -> dict[str, str]:
    stated = {
        "INFOBANK_STATE": str(state),
        "INFOBANK_PUBLIC_URL": "https://bank.example",
    }
    if isinstance(kept, Folder):
        stated |= {"INFOBANK_ROOT_KEY": str(kept.path)}
    elif isinstance(kept, SoftToken):
        stated |= {
            "INFOBANK_ROOT_KEYSTORE": "pkcs11",
            "INFOBANK_PKCS11_MODULE": str(kept.place.module),
            "INFOBANK_PKCS11_TOKEN": kept.place.token,
            "INFOBANK_PKCS11_PIN_FILE": str(kept.place.pin_file),
        }
    elif isinstance(kept, Engine):
        stated |= {
            "INFOBANK_ROOT_KEYSTORE": "transit",
            "INFOBANK_TRANSIT_URL": kept.place.url,
            "INFOBANK_TRANSIT_TOKEN_FILE": str(kept.place.token_file),
        }
    return {**os.environ, **stated}


async def _make(kept: Keystore, state: Path) -> tuple[int, str]:
    pipe = asyncio.subprocess.PIPE
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infobank", "keys", "make"),
        env=_environment(kept, state),
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await program.communicate()
    assert program.returncode is not None
    return program.returncode, said.decode()


@pytest.mark.parametrize("kept", KINDS, indirect=True)
async def test_a_new_bank_gets_its_first_root_key_once(kept: Keystore, tmp_path: Path):
    code, said = await _make(kept, tmp_path / "state")
    assert (code, "root key  " in said) == (0, True), said
    assert (tmp_path / "state" / "keys" / "log.vkey").exists()
    async with using(kept) as roots:
        assert (await roots.describe()).live == (1,)
    code, said = await _make(kept, tmp_path / "another")
    assert code != 0
    assert "epoch 1 exists" in said
    assert not (tmp_path / "another").exists()
    async with using(kept) as roots:
        assert (await roots.describe()).live == (1,)

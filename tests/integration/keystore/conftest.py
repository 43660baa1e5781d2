"""Give each test a keystore of every kind, and the bank's way to use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from keystores import Engine, Folder, Keystore, SoftToken, keystore


@pytest.fixture
async def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Keystore]:
    """Give an empty keystore of the kind that the test is parametrised with."""
    async with keystore(request.param, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Folder]:
    """Give an empty folder."""
    async with keystore("file", tmp_path, monkeypatch) as found:
        assert isinstance(found, Folder)
        yield found


@pytest.fixture
async def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SoftToken]:
    """Give an empty token."""
    async with keystore("pkcs11", tmp_path, monkeypatch) as found:
        assert isinstance(found, SoftToken)
        yield found


@pytest.fixture
async def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    """Give a transit server without a key."""
    async with keystore("transit", tmp_path, monkeypatch) as found:
        assert isinstance(found, Engine)
        yield found

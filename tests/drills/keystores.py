"""Three keystores that tests run for real: a folder, a SoftHSM2 token, a transit server."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from pkcs11 import Mechanism
from pkcs11.mechanisms import GCMParams
from transit_server import Fault, TransitServer

from infobank.entropy import SystemEntropy
from infobank.keystore.privatefile import create_private_file
from infobank.keystore.roots.contract import RootKeys
from infobank.keystore.roots.folder import RootFolder
from infobank.keystore.roots.login import Login
from infobank.keystore.roots.places import (
    FilePlace,
    RootPlace,
    TokenPlace,
    TransitPlace,
    open_roots,
)
from infobank.vault.envelope import AESGCM, expand

KINDS = ("file", "pkcs11", "transit")
REMOTE = ("pkcs11", "transit")

PIN = "27182818"

DEADLINE = 20.0
"""Seconds; so long that a busy machine does not fail a test that is not about time."""

_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)

_HOLD = """
import fcntl, pathlib, sys
held = [open(path, "r+b") for path in pathlib.Path(sys.argv[1]).rglob("*") if path.is_file()]
for each in held:
    fcntl.lockf(each, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


class Keystore(Protocol):
    """A keystore that outlives the programs that use it."""

    @property
    def place(self) -> RootPlace:
        """Where it is."""

    def seal(self, epoch: int, plaintext: bytes, context: bytes) -> bytes:
        """Seal any 64 bytes under a root key in the form of a wrapped key, as only it can."""


class RemoteKeystore(Keystore, Protocol):
    """A keystore that is not this process's own: it can hang, and it can be away."""

    def hanging(self) -> AbstractAsyncContextManager[None]:
        """Let it answer nothing for a while."""

    def away(self) -> AbstractAsyncContextManager[None]:
        """Let it be out of reach for a while."""


@dataclass
class Folder:
    """A private folder."""

    path: Path

    @property
    def place(self) -> FilePlace:
        """Where it is."""
        return FilePlace(self.path)

    def seal(self, epoch: int, plaintext: bytes, context: bytes) -> bytes:
        """Seal with the key in the file."""
        nonce = os.urandom(12)
        with RootFolder(self.path).read(epoch) as root:
            key = expand(root.reveal(), b"wrap")
        return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


@dataclass
class SoftToken:
    """A SoftHSM2 token in a folder of its own."""

    path: Path
    module: Path

    @property
    def place(self) -> TokenPlace:
        """Where it is."""
        return TokenPlace(self.module, "bank", self.path / "pin")

    @property
    def tokens(self) -> Path:
        """The folder that SoftHSM2 keeps tokens in."""
        return self.path / "tokens"

    def initialise(self) -> None:
        """Make the token and the file of its PIN.  `SOFTHSM2_CONF` must name the file `conf`."""
        self.tokens.mkdir(parents=True)
        (self.path / "conf").write_text(
            f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        self.utility("--init-token", "--free", "--so-pin", "31415926", "--pin", PIN)
        create_private_file(self.path / "pin", f"{PIN}\n".encode())

    def utility(self, *arguments: str) -> None:
        """Run SoftHSM2's own program on the token."""
        subprocess.run(
            ["softhsm2-util", *arguments, "--label", "bank"], check=True, capture_output=True
        )

    @contextmanager
    def login(self) -> Iterator[Login]:
        """Use the token as the bank does.  Nobody else in this process may at the time."""
        login = Login(self.place)
        try:
            yield login
        finally:
            login.close()

    def seal(self, epoch: int, plaintext: bytes, context: bytes) -> bytes:
        """Seal inside the token."""
        nonce = os.urandom(12)
        with self.login() as login:
            return nonce + login.ask(
                lambda token: token.key(epoch).encrypt(
                    plaintext,
                    mechanism=Mechanism.AES_GCM,
                    mechanism_param=GCMParams(nonce, context, 128),
                )
            )

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """Lock the token's files from another process: SoftHSM2 waits for them."""
        pipe = asyncio.subprocess.PIPE
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _HOLD, str(self.tokens), stdin=pipe, stdout=pipe
        )
        assert holder.stdin is not None
        assert holder.stdout is not None
        try:
            assert await holder.stdout.readline() == b"held\n"
            yield
        finally:
            holder.stdin.close()
            await holder.wait()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Take the token out."""
        elsewhere = self.tokens.rename(self.path / "elsewhere")
        self.tokens.mkdir()
        try:
            yield
        finally:
            self.tokens.rmdir()
            elsewhere.rename(self.tokens)


@dataclass
class Engine:
    """A transit server of `transit_server.py`."""

    path: Path
    server: TransitServer = field(default_factory=TransitServer)

    @property
    def place(self) -> TransitPlace:
        """Where it is."""
        return TransitPlace(
            url=self.server.url,
            mount=self.server.mount,
            key="infobank-root",
            token_file=self.path / "token",
            ca=None,
            namespace=self.server.namespace,
        )

    def seal(self, epoch: int, plaintext: bytes, context: bytes) -> bytes:
        """Seal inside the server."""
        ciphertext, _ = self.server.keys["infobank-root"].encrypt(epoch, plaintext, context)
        return ciphertext.encode()

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """Take requests and answer none."""
        self.server.fault = Fault.HANG
        try:
            yield
        finally:
            self.server.fault = Fault.NONE

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Break every connection without an answer."""
        self.server.fault = Fault.BREAK
        try:
            yield
        finally:
            self.server.fault = Fault.NONE


@asynccontextmanager
async def using(kept: Keystore, deadline: float = DEADLINE) -> AsyncIterator[RootKeys]:
    """Use a keystore as one program does, from its start to its end."""
    roots = open_roots(kept.place, SystemEntropy(), deadline)
    try:
        yield roots
    finally:
        await roots.close()


@asynccontextmanager
async def keystore(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Keystore]:
    """Give an empty keystore of a kind; skip the test where SoftHSM2 is not installed."""
    if kind == "file":
        yield Folder(folder / "root")
    elif kind == "pkcs11":
        token = SoftToken(folder / "softhsm", softhsm())
        monkeypatch.setenv("SOFTHSM2_CONF", str(token.path / "conf"))
        token.initialise()
        yield token
    else:
        engine = Engine(folder / "transit")
        create_private_file(engine.path / "token", f"{engine.server.token}\n".encode())
        async with engine.server.running():
            yield engine


def softhsm() -> Path:
    """Return SoftHSM2's library; without it skip, but fail where CI=true."""
    found = next((Path(each) for each in _MODULES if Path(each).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        reason = "SoftHSM2 is not installed (Debian: apt install softhsm2)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found

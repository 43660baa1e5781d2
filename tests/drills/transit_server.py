"""A transit engine for tests: the documented HTTP API over real AES-256-GCM.

Paths, fields, limits and the shape of refusals follow the API's documentation
(https://openbao.org/api-docs/secret/transit): key versions, `min_decryption_version`,
`min_encryption_version`, trimming, upserting, namespaces, access tokens, the sealed state.
Faults can be switched on, one at a time.
"""

import asyncio
import base64
import binascii
import hmac
import json
import os
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CIPHERTEXT = re.compile(r"vault:v(\d+):(.*)")


class Fault(StrEnum):
    """What may go wrong at a server.

    The last four answer in the right form and do the wrong thing: encrypt under the newest
    version whatever was asked, keep what was to be trimmed, make no new version, and
    encrypt something else.
    """

    NONE = "none"
    HANG = "hang"
    BREAK = "break"
    INTERNAL = "internal"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    SEALED = "sealed"
    BUSY = "busy"
    ELSEWHERE = "elsewhere"
    GARBAGE = "garbage"
    LIST = "list"
    BAD_LIST = "bad list"
    EMPTY = "empty"
    TYPED = "typed"
    NEWEST = "newest"
    UNTRIMMED = "untrimmed"
    UNROTATED = "unrotated"
    UNCOMMITTED = "uncommitted"


class RefusedError(Exception):
    """Answer 400 with one message."""


@dataclass
class Key:
    """One named key; `trimmed` versions are gone."""

    versions: dict[int, bytes] = field(default_factory=lambda: {1: os.urandom(32)})
    settings: dict[str, Any] = field(default_factory=dict)
    min_decryption_version: int = 1
    min_encryption_version: int = 0
    min_available_version: int = 0

    @property
    def latest(self) -> int:
        """Return the newest version."""
        return max(self.versions)

    def described(self, name: str) -> dict[str, Any]:
        """Return what reading the key shows; versions before the decryption's are archived."""
        return {
            "name": name,
            "type": "aes256-gcm96",
            "derived": False,
            "exportable": False,
            "allow_plaintext_backup": False,
            "deletion_allowed": False,
            "auto_rotate_period": 0,
            "latest_version": self.latest,
            "min_decryption_version": self.min_decryption_version,
            "min_encryption_version": self.min_encryption_version,
            "min_available_version": self.min_available_version,
            "supports_encryption": True,
            "supports_decryption": True,
            "keys": {str(n): 1 for n in self.versions if n >= self.min_decryption_version},
            **self.settings,
        }

    def encrypt(self, version: int, plaintext: bytes, context: bytes) -> tuple[str, int]:
        """Return a ciphertext and its version; version 0 means the newest."""
        version = version or self.latest
        if version > self.latest:
            raise RefusedError("requested version for encryption is higher than the latest one")
        if version < max(self.min_encryption_version, 1):
            raise RefusedError("requested version for encryption is less than the minimum")
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(self.versions[version]).encrypt(nonce, plaintext, context)
        return f"vault:v{version}:{base64.b64encode(sealed).decode()}", version

    def decrypt(self, ciphertext: str, context: bytes) -> bytes:
        """Return the plaintext."""
        parts = CIPHERTEXT.fullmatch(ciphertext)
        if parts is None:
            raise RefusedError("invalid ciphertext: no prefix")
        version = int(parts[1])
        if version > self.latest:
            raise RefusedError("invalid ciphertext: version is too new")
        if version < self.min_decryption_version:
            raise RefusedError("ciphertext or signature version is disallowed by policy (too old)")
        try:
            sealed = base64.b64decode(parts[2], validate=True)
            return AESGCM(self.versions[version]).decrypt(sealed[:12], sealed[12:], context)
        except (binascii.Error, InvalidTag, ValueError):
            raise RefusedError("invalid ciphertext: unable to decrypt") from None

    def configure(self, document: dict[str, Any]) -> None:
        """Move the limits of versions."""
        decryption = document.get("min_decryption_version", self.min_decryption_version)
        encryption = document.get("min_encryption_version", self.min_encryption_version)
        if max(decryption, encryption) > self.latest:
            raise RefusedError("cannot set a minimum version above the latest key version")
        if decryption < self.min_available_version:
            raise RefusedError("min decryption version is below the min available version")
        if 0 < encryption < decryption:
            raise RefusedError("min encryption version is below the min decryption version")
        self.min_decryption_version, self.min_encryption_version = decryption, encryption

    def trim(self, first: int) -> None:
        """Delete the versions before one, for good."""
        if first < self.min_available_version:
            raise RefusedError("minimum available version cannot be decremented")
        if first > min(self.min_encryption_version, self.min_decryption_version):
            raise RefusedError("minimum available version is above a version still in use")
        self.min_available_version = first
        self.versions = {n: key for n, key in self.versions.items() if n >= first}


@dataclass
class TransitServer:
    """The state of a server, and what is wrong with it.  `asked` lists method and path."""

    token: str = "s.invented"
    namespace: str = ""
    mount: str = "transit"
    fault: Fault = Fault.NONE
    keys: dict[str, Key] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @asynccontextmanager
    async def running(self, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """Serve on this machine; give the port."""
        runner = web.AppRunner(self._application(), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
            bound: int = runner.addresses[0][1]
            self.url = f"{'https' if tls else 'http'}://127.0.0.1:{bound}"
            yield bound
        finally:
            for connection in runner.server.connections if runner.server else ():
                # Waiting for a peer to say goodbye over TLS could outlast the test.
                if connection.transport is not None:
                    connection.transport.abort()
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._answer])
        key = f"/v1/{self.mount}/keys/{{name}}"
        application.add_routes(
            [
                web.get(key, self._read),
                web.post(key, self._create),
                web.post(key + "/rotate", self._rotate),
                web.post(key + "/config", self._configure),
                web.post(key + "/trim", self._trim),
                web.post(f"/v1/{self.mount}/encrypt/{{name}}", self._encrypt),
                web.post(f"/v1/{self.mount}/decrypt/{{name}}", self._decrypt),
            ]
        )
        return application

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        early = await self._faulty(request)
        if early is not None:
            return early
        if request.headers.get("X-Vault-Namespace", "") != self.namespace:
            return _refused(404, "no handler for route")
        given = request.headers.get("X-Vault-Token", "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return _refused(403, "permission denied")
        try:
            return await handler(request)
        except RefusedError as error:
            return _refused(400, str(error))
        except web.HTTPNotFound:
            return _refused(404)

    async def _faulty(self, request: web.Request) -> web.StreamResponse | None:
        if self.fault is Fault.HANG:
            await asyncio.Event().wait()
        if self.fault is Fault.BREAK and request.transport is not None:
            request.transport.abort()
        if self.fault is Fault.ELSEWHERE:
            return web.Response(status=307, headers={"Location": f"{self.url}/v1/elsewhere"})
        return {
            Fault.REFUSED: _refused(400, "unsupported operation"),
            Fault.INTERNAL: _refused(500, "internal error"),
            Fault.FORBIDDEN: _refused(403, "permission denied"),
            Fault.SEALED: _refused(503, "Vault is sealed"),
            Fault.BUSY: _refused(429, "rate limit quota exceeded"),
            Fault.GARBAGE: web.Response(body=b"\xff\x00<html>", content_type="text/html"),
            Fault.LIST: _json([1, 2]),
            Fault.BAD_LIST: _json([1, 2], 400),
            Fault.EMPTY: _json({"data": {}}),
            Fault.TYPED: _json({"data": {"ciphertext": 5, "plaintext": [], "keys": 1}}),
        }.get(self.fault)

    async def _read(self, request: web.Request) -> web.Response:
        return _data(self._key(request).described(request.match_info["name"]))

    async def _create(self, request: web.Request) -> web.Response:
        document = await request.json()
        if document.pop("type") != "aes256-gcm96":
            raise RefusedError("this server makes aes256-gcm96 keys")
        name = request.match_info["name"]
        key = self.keys.setdefault(name, Key(settings=document))
        return _data(key.described(name))

    async def _rotate(self, request: web.Request) -> web.Response:
        key = self._key(request)
        if self.fault is not Fault.UNROTATED:
            key.versions[key.latest + 1] = os.urandom(32)
        return web.Response(status=204)

    async def _configure(self, request: web.Request) -> web.Response:
        self._key(request).configure(await request.json())
        return web.Response(status=204)

    async def _trim(self, request: web.Request) -> web.Response:
        key = self._key(request)
        first = (await request.json())["min_available_version"]
        if self.fault is not Fault.UNTRIMMED:
            key.trim(first)
        return _data(key.described(request.match_info["name"]))

    async def _encrypt(self, request: web.Request) -> web.Response:
        # A key that is not there is made, as the API says of this path.
        key = self.keys.setdefault(request.match_info["name"], Key())
        document = await request.json()
        version = 0 if self.fault is Fault.NEWEST else document.get("key_version", 0)
        plaintext = base64.b64decode(document["plaintext"], validate=True)
        if self.fault is Fault.UNCOMMITTED:
            plaintext = b"\1" + plaintext[1:]
        ciphertext, version = key.encrypt(version, plaintext, _context(document))
        return _data({"ciphertext": ciphertext, "key_version": version})

    async def _decrypt(self, request: web.Request) -> web.Response:
        key = self.keys.get(request.match_info["name"])
        if key is None:
            raise RefusedError("encryption key not found")
        document = await request.json()
        plaintext = key.decrypt(document["ciphertext"], _context(document))
        return _data({"plaintext": base64.b64encode(plaintext).decode()})

    def _key(self, request: web.Request) -> Key:
        key = self.keys.get(request.match_info["name"])
        if key is None:
            raise web.HTTPNotFound
        return key


def _context(document: dict[str, Any]) -> bytes:
    return base64.b64decode(document.get("associated_data", ""), validate=True)


def _data(found: dict[str, Any]) -> web.Response:
    return _json({"request_id": "0", "data": found, "warnings": None})


def _refused(status: int, *errors: str) -> web.Response:
    return _json({"errors": list(errors)}, status)


def _json(document: object, status: int = 200) -> web.Response:
    # Without a charset, as the real servers send it: the library compares the whole header.
    headers = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(document).encode(), status=status, headers=headers)

"""The city's own sign-in: a small OpenID provider over HTTP on this machine."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from running_bank import Loop, listen

CLIENT_ID, SECRET = "the-bank", "city-secret/with+signs"


@dataclass
class CitySignIn:
    """Signs in whoever `subject` names, at the time that `now` tells; `lies` change the token."""

    issuer: str
    now: Callable[[], float]
    subject: str = "citizen-1"
    key_id: str = "city-1"
    lies: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def renew_key(self) -> None:
        """Sign with another key from now on."""
        self.key, self.key_id = ec.generate_private_key(ec.SECP256R1()), f"{self.key_id}x"

    def answer(self, where: str) -> str:
        """Return where the browser is sent back to, from where the bank had sent it."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        code = f"code-{len(self.codes)}"
        at = int(self.now())
        self.codes[code] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "auth_time": at,
            "nonce": self.asked["nonce"],
            **self.lies,
        }
        back = urlencode({"code": code, "state": self.asked["state"], "iss": self.issuer})
        return f"{self.asked['redirect_uri']}?{back}"

    def application(self) -> web.Application:
        """Return the provider's web application."""
        application = web.Application()
        application.router.add_get("/.well-known/openid-configuration", self._describe)
        application.router.add_get("/jwks", self._keys)
        application.router.add_get("/authorize", self._authorize)
        application.router.add_post("/token", self._token)
        return application

    async def _describe(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _keys(self, _: web.Request) -> web.Response:
        public = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        return web.json_response({"keys": [{**public, "kid": self.key_id, "use": "sig"}]})

    async def _authorize(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": self.answer(str(request.url))})

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        expected = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        claims = self.codes.pop(str(form.get("code")), None)
        verifier = str(form.get("code_verifier")).encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=")
        known = request.headers.get("Authorization") == f"Basic {expected}"
        if not known or claims is None or challenge.decode() != self.asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        header = {"kid": self.key_id, **self.header}
        token = jwt.encode(claims, self.key, algorithm="ES256", headers=header)
        return web.json_response(
            {"access_token": "unused", "token_type": "Bearer", "id_token": token}
        )


@contextmanager
def city_signin(loop: Loop, now: Callable[[], float]) -> Iterator[CitySignIn]:
    """Run the city's sign-in for as long as the block lasts."""
    listening = listen()
    city = CitySignIn(f"http://127.0.0.1:{listening.getsockname()[1]}", now)
    with loop.serving(city.application(), listening):
        yield city

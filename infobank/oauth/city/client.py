"""Speak to an OpenID provider as its client, with Authlib's pieces."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from infobank.errors import InvalidInputError

DISCOVERY: Final = "/.well-known/openid-configuration"
"""Where a provider describes itself, below its issuer (OpenID Connect Discovery 1.0)."""

LONGEST_ANSWER: Final = 256 * 1024
"""Bytes of an answer that are read."""

OK: Final = 200


@dataclass(frozen=True)
class Call:
    """A request to send to the provider: a GET, or a POST where it has a body."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What the provider answered."""

    status: int
    body: bytes = field(repr=False)

    def document(self) -> dict[str, object]:
        """Return the answer's JSON object.

        Raises:
            InvalidInputError: the provider refused, or answered something else.
        """
        try:
            found = json.loads(self.body) if self.status == OK else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise InvalidInputError("the city's sign-in gave no usable answer")
        return found


@dataclass(frozen=True)
class Endpoints:
    """Where the provider is asked for what."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True)
class CityClient:
    """The bank as the city registered it."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    redirect_uri: str

    @property
    def discovery(self) -> Call:
        """What asks the provider to describe itself."""
        return Call(self.issuer.rstrip("/") + DISCOVERY)

    def endpoints(self, document: Mapping[str, object]) -> Endpoints:
        """Return the endpoints that a provider's own description names.

        Raises:
            InvalidInputError: it is another issuer's, names an address without TLS, or cannot
                do PKCE with S256.
        """
        if document.get("issuer") != self.issuer:
            raise InvalidInputError("the description is another issuer's")
        methods = document.get("code_challenge_methods_supported", ["S256"])
        if not isinstance(methods, list) or "S256" not in methods:
            raise InvalidInputError("the provider cannot do PKCE with S256")
        return Endpoints(
            self._address(document, "authorization_endpoint"),
            self._address(document, "token_endpoint"),
            self._address(document, "jwks_uri"),
        )

    def leave(
        self, endpoints: Endpoints, state: str, nonce: str, verifier: str, *, anew: bool
    ) -> str:
        """Return where the browser goes; `anew` asks for a proof even of who is signed in there."""
        again = {"prompt": "login", "max_age": "0"} if anew else {}
        url, _ = self._client().create_authorization_url(
            endpoints.authorization, state, verifier, nonce=nonce, **again
        )
        return str(url)

    def exchange(self, endpoints: Endpoints, code: str, verifier: str) -> Call:
        """Return what exchanges a code for an ID token (RFC 6749 section 4.1.3)."""
        body = prepare_token_request(
            "authorization_code",
            "",
            redirect_uri=self.redirect_uri,
            code=code,
            code_verifier=verifier,
        )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
            "Accept": "application/json",
        }
        proof = self._client().client_auth("client_secret_basic")
        url, headers, body = proof.prepare("POST", endpoints.token, headers, body)
        return Call(url, headers, body)

    def id_token(self, answer: Answer) -> str:
        """Return the ID token of a token response.

        Raises:
            InvalidInputError: the provider refused, or gave none.
        """
        try:
            token = self._client().parse_response_token(_Response(answer))
        except (AuthlibBaseError, ValueError):
            raise InvalidInputError("the city's sign-in gave no token") from None
        found = token.get("id_token")
        if not isinstance(found, str):
            raise InvalidInputError("the city's sign-in gave no ID token")
        return found

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            None,
            client_id=self.client_id,
            client_secret=self.secret,
            scope="openid",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )

    def _address(self, document: Mapping[str, object], name: str) -> str:
        found = document.get(name)
        # A provider without TLS is one on this machine, as a setting allowed it to be.
        if not isinstance(found, str) or urlsplit(found).scheme != urlsplit(self.issuer).scheme:
            raise InvalidInputError(f"the description names no usable {name}")
        return found


@dataclass(frozen=True)
class _Response:
    """An answer in the shape that Authlib's client reads."""

    answer: Answer

    @property
    def status_code(self) -> int:
        return self.answer.status

    def json(self) -> object:
        return json.loads(self.answer.body)

    def raise_for_status(self) -> None:
        raise ValueError("refused")

"""Open a pushed request in the resident's browser, and send the answer back.

The checks of the endpoint, one function each; `checks.AUTHORIZE` is their order.  All of
them end in a page of the bank, never in a redirect: until they have passed, nobody knows
that the address belongs to the client.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from infobank.oauth.client import Client
from infobank.oauth.errors import (
    InvalidRequestError,
    InvalidRequestUriError,
    OAuthError,
    RequestDeferredError,
    description,
)
from infobank.oauth.pushed import REQUEST_URI_PREFIX, PushedRequest
from infobank.oauth.wire.form import Pairs, single

_REQUEST_URI = re.compile(re.escape(REQUEST_URI_PREFIX) + r"[A-Za-z0-9_-]{43}")
_UNKNOWN: Final = "the request is unknown or no longer open; start again at the provider"


@dataclass(frozen=True)
class StoredRequest:
    """A pushed request as it was kept; `decided_at` is set when the resident answers.

    Opening it twice is allowed, because browsers reload; deciding it twice is not.
    """

    request: PushedRequest
    expires_at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Reference:
    """What the browser brought: whose request, and which."""

    client_id: str
    request_uri: str = field(repr=False)


@dataclass(frozen=True)
class Visit:
    """A browser at the authorization endpoint, with the rows its reference names."""

    reference: Reference
    client: Client
    stored: StoredRequest
    now: datetime


def read_reference(pairs: Pairs) -> Reference:
    """Return the reference of an authorization request; all else in it is ignored (RFC 9126 4).

    Raises:
        InvalidRequestError: it is not a pushed request, or a parameter comes twice.
        InvalidRequestUriError: the reference is not one of ours.
    """
    parameters = single(pairs)
    if "client_id" not in parameters or "request_uri" not in parameters:
        raise InvalidRequestError("client_id and the request_uri of a pushed request are required")
    if not _REQUEST_URI.fullmatch(parameters["request_uri"]):
        raise InvalidRequestUriError(_UNKNOWN, detail="malformed")
    return Reference(parameters["client_id"], parameters["request_uri"])


def opened(
    reference: Reference, client: Client | None, stored: StoredRequest | None, now: datetime
) -> Visit:
    """Return the visit when the reference names a client and a request.

    Raises:
        InvalidRequestUriError: one of them is unknown; the words do not say which.
    """
    if client is None or stored is None:
        raise InvalidRequestUriError(_UNKNOWN, detail="unknown client or request")
    return Visit(reference, client, stored, now)


def check_owner(visit: Visit) -> None:
    """Refuse another client's request, as if it were unknown."""
    owner = visit.stored.request.client_id
    if not visit.reference.client_id == visit.client.client_id == owner:
        raise InvalidRequestUriError(_UNKNOWN, detail="another client's request")


def check_not_expired(visit: Visit) -> None:
    """Refuse a reference older than 90 seconds; an opened request waits under its own id."""
    if visit.stored.expires_at <= visit.now:
        raise InvalidRequestUriError(_UNKNOWN, detail="expired")


def check_not_decided(visit: Visit) -> None:
    """Refuse a request the resident has already answered."""
    if visit.stored.decided_at is not None:
        raise InvalidRequestUriError(_UNKNOWN, detail="already decided")


def check_still_registered(visit: Visit) -> None:
    """Refuse when the client or its address was struck off since the push."""
    redirect_uri = visit.stored.request.redirect_uri
    if not visit.client.active or not visit.client.redirects_to(redirect_uri):
        raise InvalidRequestUriError(_UNKNOWN, detail="client or redirect_uri struck off")


def success_redirect(redirect_uri: str, code: str, state: str | None, issuer: str) -> str:
    """Return the address that carries the code to the client (RFC 6749 4.1.2, RFC 9207).

    Send it with status 303: 307 would hand the resident's form to the client (RFC 9700 4.12).
    """
    return _appended(redirect_uri, {"code": code}, state, issuer)


def error_redirect(redirect_uri: str, error: OAuthError, state: str | None, issuer: str) -> str:
    """Return the address that carries a refusal to the client (RFC 6749 4.1.2.1, RFC 9207).

    Raises:
        ValueError: the error must not travel through the browser: a mistake of ours.
    """
    if not error.redirectable:
        raise ValueError(f"{error.code} must not be redirected")
    return _appended(redirect_uri, _refusal(error), state, issuer)


def deferred_redirect(redirect_uri: str, request_id: UUID, state: str | None, issuer: str) -> str:
    """Return the address that tells the client to ask about its request later, by this name.

    An answer of our own: no RFC has a word for days.
    """
    later = RequestDeferredError("the resident will decide later")
    answer = _refusal(later) | {"request_id": str(request_id)}
    return _appended(redirect_uri, answer, state, issuer)


def _refusal(error: OAuthError) -> dict[str, str]:
    return {"error": error.code, "error_description": description(error.message)}


def _appended(uri: str, answer: dict[str, str], state: str | None, issuer: str) -> str:
    # INVARIANT: every answer names its issuer, so that a client of several banks cannot
    # be made to send one bank's code to another (RFC 9207).
    members = answer | ({} if state is None else {"state": state}) | {"iss": issuer}
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return uri + joint + urlencode(members)

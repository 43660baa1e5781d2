"""Take a request the client pushes before it sends the resident (RFC 9126).

The checks of the endpoint, one function each; `checks.PUSHED` is their order.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from infobank.entropy import Entropy
from infobank.oauth import authorization_details
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.client import Client
from infobank.oauth.errors import (
    InvalidAuthorizationDetailsError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
    UnsupportedResponseTypeError,
)
from infobank.oauth.token import new_secret
from infobank.oauth.wire.form import Pairs, single
from infobank.vocabulary.rules.policies import Policies

PUSHED_LIFE: Final = timedelta(seconds=90)
"""How long the client has to send the resident (RFC 9126 section 2.2: 5 to 600 seconds)."""

WAITING_LIFE: Final = timedelta(days=30)
"""How long an opened request waits for the resident's decision."""

LONGEST_STATE = 512

REQUEST_URI_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"

_SHA256_TEXT = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class PushedRequest:
    """A request that passed every check; what the resident will be asked.

    `accepts` names the request whose counter-offer this one keeps to.
    """

    client_id: str
    redirect_uri: str
    state: str | None = field(repr=False)
    code_challenge: str = field(repr=False)
    jkt: str
    access: RequestedAccess
    accepts: UUID | None = None


@dataclass(frozen=True)
class Push:
    """What arrived at the pushed request endpoint, from a client that has proved itself.

    `proof_jkt` is the key of the request's DPoP proof, if it had one.
    """

    pairs: Pairs = field(repr=False)
    client: Client
    proof_jkt: str | None
    policies: Policies = field(repr=False)
    today: date

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters by name; reading them refuses repetitions."""
        return single(self.pairs)

    @cached_property
    def access(self) -> RequestedAccess:
        """What is asked for; reading it checks it against the policies."""
        return authorization_details.parse(self.required(_DETAILS), self.policies, self.today)

    @cached_property
    def accepts(self) -> UUID | None:
        """The request whose counter-offer this accepts; reading it checks its form."""
        name = self.parameters.get("request_id")
        try:
            return None if name is None else UUID(name)
        except ValueError:
            raise InvalidRequestError("request_id must be that of a request") from None

    def required(self, name: str) -> str:
        """Return a parameter.

        Raises:
            InvalidRequestError: it is absent.
        """
        value = self.parameters.get(name)
        if value is None:
            raise InvalidRequestError(f"{name} is required")
        return value


_DETAILS: Final = "authorization_details"


def check_no_duplicates(push: Push) -> None:
    """Refuse repeated, too many or too long parameters (RFC 6749 section 3.1)."""
    _ = push.parameters


def check_client_active(push: Push) -> None:
    """Refuse a client that is suspended, or that speaks for another one."""
    if not push.client.active:
        raise UnauthorizedClientError("this client may not ask")
    if push.parameters.get("client_id", push.client.client_id) != push.client.client_id:
        raise InvalidRequestError("client_id must be that of the authenticated client")


def check_no_request_object(push: Push) -> None:
    """Refuse a request by reference or as a signed object (RFC 9126 section 2.1)."""
    for name in ("request_uri", "request"):
        if name in push.parameters:
            raise InvalidRequestError(f"{name} must not be pushed")


def check_response_type(push: Push) -> None:
    """Accept the code flow alone, answered in the query (FAPI 2.0 section 5.3.2)."""
    if push.required("response_type") != "code":
        raise UnsupportedResponseTypeError("response_type must be code")
    if push.parameters.get("response_mode", "query") != "query":
        raise InvalidRequestError("response_mode must be query")


def check_redirect(push: Push) -> None:
    """Accept only an address that is registered, letter for letter (RFC 9700 section 4.1.3)."""
    if not push.client.redirects_to(push.required("redirect_uri")):
        raise InvalidRequestError("redirect_uri must be exactly one of the registered addresses")


def check_pkce_s256(push: Push) -> None:
    """Require a challenge by S256, from confidential clients too (RFC 7636, FAPI 2.0)."""
    if push.parameters.get("code_challenge_method") != "S256":
        raise InvalidRequestError("code_challenge_method must be S256")
    if not _SHA256_TEXT.fullmatch(push.required("code_challenge")):
        raise InvalidRequestError("code_challenge must be 43 characters of base64url")


def check_state_and_nonce_sizes(push: Push) -> None:
    """Bound what has to be kept and sent back."""
    for name in ("state", "nonce"):
        value = push.parameters.get(name, "")
        if len(value) > LONGEST_STATE or not (value.isascii() and value.isprintable()):
            raise InvalidRequestError(f"{name} must be at most {LONGEST_STATE} ASCII characters")


def check_request_id(push: Push) -> None:
    """Read which counter-offer is accepted, if one is."""
    _ = push.accepts


def check_no_scope(push: Push) -> None:
    """Refuse scopes: a word such as `health` cannot say which days, why and how long."""
    if "scope" in push.parameters:
        raise InvalidScopeError("there are no scopes; ask with authorization_details")


def check_dpop_jkt(push: Push) -> None:
    """Require the key the code will be bound to (RFC 9449 section 10)."""
    named = push.parameters.get("dpop_jkt", push.proof_jkt)
    if named is None or not _SHA256_TEXT.fullmatch(named):
        raise InvalidRequestError("a DPoP proof or dpop_jkt is required")
    if push.proof_jkt not in {None, named}:
        raise InvalidRequestError("dpop_jkt must be the key of the DPoP proof")


def check_details(push: Push) -> None:
    """Read what is asked for, against the policies (RFC 9396)."""
    if _DETAILS not in push.parameters:
        raise InvalidAuthorizationDetailsError("authorization_details is required")
    _ = push.access


def pushed_request(push: Push) -> PushedRequest:
    """Return the request of a push that passed every check."""
    return PushedRequest(
        client_id=push.client.client_id,
        redirect_uri=push.required("redirect_uri"),
        state=push.parameters.get("state"),
        code_challenge=push.required("code_challenge"),
        jkt=push.parameters.get("dpop_jkt") or push.proof_jkt or "",
        access=push.access,
        accepts=push.accepts,
    )


def new_request_uri(entropy: Entropy) -> str:
    """Return a reference nobody can guess: 256 bits (RFC 9126 section 7.1)."""
    return REQUEST_URI_PREFIX + new_secret(entropy)


def pushed_response(request_uri: str, request_id: UUID) -> dict[str, str | int]:
    """Return the members of the answer, sent with status 201 (RFC 9126 section 2.2).

    By `request_id`, a member of our own, the client asks about the request later.
    """
    return {
        "request_uri": request_uri,
        "expires_in": int(PUSHED_LIFE.total_seconds()),
        "request_id": str(request_id),
    }

"""Who may call what: each route names one of these, and the middleware holds it."""

import hmac
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.entrance.errors import CeremonyError
from infobank.accounts.entrance.session import Session
from infobank.accounts.proxy import Scope
from infobank.web.forms import FORM, read_fields
from infobank.web.principal import (
    ForgedFormError,
    NotYoursError,
    Principal,
    ProofError,
    SignInRequiredError,
)
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(Enum):
    """Who may call a route."""

    ANYBODY = "anybody"
    """Public; nothing personal behind it."""
    OPERATOR = "operator"
    """The machine itself: monitoring on the loopback address, never through a proxy."""
    SIGNED_IN = "signed in"
    RESIDENT = "resident"
    PROVIDER = "provider"
    AUDITOR = "auditor"
    STEWARD = "steward"
    CLIENT = "client"
    """A provider's program that proves itself by `private_key_jwt`; its handler checks."""
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    """A provider's program with a DPoP-bound access token; its handler checks."""
    ASSERTION = "assertion"
    """A provider's program with its assertion as a bearer token; its handler checks."""


ROLES = {
    Access.RESIDENT: Role.RESIDENT,
    Access.PROVIDER: Role.PROVIDER,
    Access.AUDITOR: Role.AUDITOR,
    Access.STEWARD: Role.STEWARD,
}

PROOF_FIELD = "proof"
"""The field of a form in which somebody proves anew who she is: a passkey's answer, or `demo`."""

DEMO_PROOF = "demo"

ASKS_FRESH = frozenset(
    {
        ("GET", "/rights/closure"),
        ("POST", "/rights/closure"),
        ("POST", "/rights/export"),
        ("GET", "/rights/requests/{request}/archive"),
        ("POST", "/api/v1/rights/closure"),
        ("POST", "/api/v1/rights/exports"),
        ("GET", "/api/v1/rights/exports/{request}"),
        ("GET", "/account/passkeys/new"),
        ("POST", "/account/passkeys/new"),
        ("POST", "/account/passkeys/options"),
        ("POST", "/account/passkeys/{passkey}/remove"),
        ("POST", "/account/city"),
        ("POST", "/account/city/remove"),
        ("POST", "/confirm"),
    }
)
"""Method and address of what is done only right after a proof of who somebody is.

Consent to what asks for it by its category is looked at where it is given: `demand_fresh_for`.
"""

AT_THE_DESK = ("/rights", "/api/v1/rights")
"""Where everything is for a proxy at the rights desk alone, looking included."""

REPORT = "/unexpected"
"""How the address ends at which an entry of the history is reported to the desk."""

_WITHOUT_SESSION = frozenset({Access.CLIENT, Access.TOKEN, Access.ASSERTION, Access.OPERATOR})

BY_SESSION = frozenset({Access.SIGNED_IN, *ROLES})


def cookie_name(request: web.Request) -> str:
    """Return the session cookie's name: bound to the host wherever there is TLS."""
    return "__Host-infobank" if request.app[SURROUNDINGS].secure else "infobank"


def guarded(access: Access, handler: Handler) -> Handler:
    """Return the handler behind the check its route declares."""

    async def guard(request: web.Request) -> web.StreamResponse:
        request[PRINCIPAL] = await _identify(request, access)
        await _admit(request, access)
        return await handler(request)

    return guard


async def _identify(request: web.Request, access: Access) -> Principal:
    secret = request.cookies.get(cookie_name(request))
    if secret is None or access in _WITHOUT_SESSION:
        return Principal()
    return Principal(await request.app[BANK].entrance.sessions.resume(secret))


async def _admit(request: web.Request, access: Access) -> None:
    principal = request[PRINCIPAL]
    if access is Access.OPERATOR:
        _check_operator(request)
    if access not in BY_SESSION:
        return
    if principal.session is None:
        raise SignInRequiredError("sign in first")
    if access in ROLES and principal.role is not ROLES[access]:
        raise NotYoursError(f"this is for another role: {access.value}")
    if access is Access.RESIDENT and principal.session.proxy is not None:
        # Asked anew each time: a proxy ends at its instant, not at the next sign-in.
        now = request.app[BANK].clock.now()
        principal.session.proxy.check(scope_of(request.method, request.path), now)
    if request.method not in SAFE:
        check_same_origin(request)
        if not csrf_matches(principal.session, await _shown(request)):
            raise ForgedFormError("the form was not made for this session; open the page again")
        await _take_proof(request, principal.session)
    if (request.method, canonical(request)) in ASKS_FRESH:
        demand_fresh(request)


async def _take_proof(request: web.Request, session: Session) -> None:
    """Take the proof that a form brings along, so that what it asks for can be done."""
    if request.content_type != FORM:
        return
    proof = (await read_fields(request)).get(PROOF_FIELD)
    if not proof:
        return
    bank, secret = request.app[BANK], request.cookies[cookie_name(request)]
    if proof == DEMO_PROOF:
        request[PRINCIPAL] = Principal(await bank.sign_in.confirm(secret, session))
    else:
        try:
            proven = await bank.entrance.passkeys.confirm(secret, session, proof)
        except CeremonyError as error:
            raise ProofError("the passkey was not accepted", detail=error.detail) from None
        request[PRINCIPAL] = Principal(proven)


def demand_fresh(request: web.Request) -> None:
    """Accept what is done only right after a proof of who somebody is.

    Raises:
        StepUpError: the last proof is too old.
    """
    request.app[BANK].entrance.sessions.demand_fresh(request[PRINCIPAL].signed_in)


def demand_fresh_for(request: web.Request, categories: Iterable[str]) -> None:
    """Accept a consent to categories, some of which may ask for a fresh proof.

    Raises:
        StepUpError: one does, and the last proof is too old.
    """
    policies = request.app[BANK].policies
    if any(policies.category(code).step_up for code in categories):
        demand_fresh(request)


def canonical(request: web.Request) -> str:
    """Return the pattern of the address that was called."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def csrf_matches(session: Session, shown: str) -> bool:
    """Tell whether a form repeats its session's secret; in constant time."""
    return hmac.compare_digest(session.csrf.encode(), shown.encode("utf-8", "surrogatepass"))


def scope_of(method: str, path: str) -> Scope:
    """Return what a proxy must be for, to do on a resident's page or address what is asked."""
    if path.startswith(AT_THE_DESK) or (method not in SAFE and path.endswith(REPORT)):
        return Scope.RIGHTS
    return Scope.LOOK if method in SAFE else Scope.CONSENT


async def _shown(request: web.Request) -> str:
    header = request.headers.get(CSRF_HEADER)
    if header is not None:
        return header
    if request.content_type != FORM:
        return ""
    return (await read_fields(request)).get(CSRF_FIELD, "")


def check_same_origin(request: web.Request) -> None:
    """Accept a change that a page of this bank sent, as far as the browser tells.

    Raises:
        ForgedFormError: the browser says that another site sent it.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.app[SURROUNDINGS].public_url:
        raise ForgedFormError("the form was sent from another site")


def _check_operator(request: web.Request) -> None:
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For"))
    if forwarded or request.remote not in {"127.0.0.1", "::1"}:
        raise NotYoursError("for the operator's monitoring only")

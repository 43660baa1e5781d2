"""The order in which requests are checked, both endpoints side by side.

The order is part of the behaviour: a request is told its first fault only, and nothing
is read before what makes it safe to read.  A test pins it.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from infobank.oauth.authorize import (
    Reference,
    StoredRequest,
    Visit,
    check_not_decided,
    check_not_expired,
    check_owner,
    check_still_registered,
    opened,
)
from infobank.oauth.client import Client
from infobank.oauth.pushed import (
    Push,
    PushedRequest,
    check_client_active,
    check_details,
    check_dpop_jkt,
    check_no_duplicates,
    check_no_request_object,
    check_no_scope,
    check_pkce_s256,
    check_redirect,
    check_request_id,
    check_response_type,
    check_state_and_nonce_sizes,
    pushed_request,
)
from infobank.oauth.wire.form import Pairs
from infobank.vocabulary.rules.policies import Policies

PUSHED: Final[tuple[Callable[[Push], None], ...]] = (
    check_no_duplicates,
    check_client_active,
    check_no_request_object,
    check_response_type,
    check_redirect,
    check_pkce_s256,
    check_state_and_nonce_sizes,
    check_request_id,
    check_no_scope,
    check_dpop_jkt,
    check_details,
)

AUTHORIZE: Final[tuple[Callable[[Visit], None], ...]] = (
    check_owner,
    check_not_expired,
    check_not_decided,
    check_still_registered,
)


def check_pushed(
    pairs: Pairs, client: Client, proof_jkt: str | None, policies: Policies, today: date
) -> PushedRequest:
    """Return the request an authenticated client pushed.

    `today` is the bank's own day.

    Raises:
        OAuthError: the first check that fails; answer the client, there is no redirect.
    """
    push = Push(pairs, client, proof_jkt, policies, today)
    for check in PUSHED:
        check(push)
    return pushed_request(push)


def check_authorize(
    reference: Reference, client: Client | None, stored: StoredRequest | None, now: datetime
) -> PushedRequest:
    """Return the request a browser may open.

    Raises:
        InvalidRequestUriError: a check fails; show a page of the bank, never a redirect.
    """
    visit = opened(reference, client, stored, now)
    for check in AUTHORIZE:
        check(visit)
    return visit.stored.request

"""Describe the broker to programs, so that a provider can begin without asking anybody.

Only what the broker does is listed; a client takes an absent member as "no".
"""

from typing import Final

from infobank.oauth.authorization_details import TYPE
from infobank.oauth.token import GrantType
from infobank.oauth.wire.keys import ALGORITHMS

PUSHED_PATH: Final = "/oauth/par"
AUTHORIZE_PATH: Final = "/oauth/authorize"
TOKEN_PATH: Final = "/oauth/token"  # noqa: S105  an address, not a secret
REVOKE_PATH: Final = "/oauth/revoke"
KEYS_PATH: Final = "/oauth/jwks"
SERVER_METADATA_PATH: Final = "/.well-known/oauth-authorization-server"
RESOURCE_METADATA_PATH: Final = "/.well-known/oauth-protected-resource"


def server_metadata(issuer: str) -> dict[str, object]:
    """Return the authorization server's document (RFC 8414 section 2).

    `issuer` is the bank's public address without a slash at its end; the document is
    served under it at `SERVER_METADATA_PATH`.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZE_PATH,
        "pushed_authorization_request_endpoint": issuer + PUSHED_PATH,
        "require_pushed_authorization_requests": True,
        "token_endpoint": issuer + TOKEN_PATH,
        "revocation_endpoint": issuer + REVOKE_PATH,
        "jwks_uri": issuer + KEYS_PATH,
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GrantType),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_details_types_supported": [TYPE],
        "ui_locales_supported": ["ja", "en"],
    }


def resource_metadata(resource: str, issuer: str) -> dict[str, object]:
    """Return the resource server's document (RFC 9728 section 2).

    `resource` is the public address of the interface that providers read from.
    """
    return {
        "resource": resource,
        "authorization_servers": [issuer],
        "bearer_methods_supported": [],
        "dpop_bound_access_tokens_required": True,
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_details_types_supported": [TYPE],
    }

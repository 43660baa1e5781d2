"""What the broker answers when it refuses, in the words of the OAuth RFCs.

Descriptions are published: they name a parameter and a rule, never a value.
"""

from typing import ClassVar

from authlib.oauth2 import rfc6749

from infobank.errors import InfobankError


class OAuthError(InfobankError):
    """Refuse a request of a client.

    `status` is the HTTP status when the client itself is answered.  `redirectable`
    tells whether the answer may travel through the resident's browser back to the
    client.
    """

    # INVARIANT: an error raised before the redirect address is known to be the client's
    # own is never redirectable: an open redirect begins with one that is.
    status: ClassVar[int] = 400
    redirectable: ClassVar[bool] = False

    def document(self) -> dict[str, str]:
        """Return the JSON members of the answer (RFC 6749 section 5.2)."""
        return {"error": self.code, "error_description": description(self.message)}


def description(message: str) -> str:
    r"""Return a message in the characters RFC 6749 section 5.2 allows: ASCII less `"` and `\`."""
    plain = message.replace('"', "'").replace("\\", "/")
    return "".join(sign if " " <= sign <= "~" else "?" for sign in plain)


class InvalidRequestError(OAuthError):
    """Refuse a request with a missing, repeated or malformed parameter (RFC 6749)."""

    code = rfc6749.InvalidRequestError.error


class InvalidClientError(OAuthError):
    """Refuse a client that did not prove who it is, always in the same words (RFC 6749)."""

    code = rfc6749.InvalidClientError.error
    status = 401

    def __init__(self, detail: str) -> None:
        super().__init__("client authentication failed", detail=detail)


class InvalidGrantError(OAuthError):
    """Refuse a code or refresh token that is unknown, spent or another's (RFC 6749)."""

    code = rfc6749.InvalidGrantError.error

    def __init__(self, detail: str) -> None:
        super().__init__("the code or refresh token is not valid", detail=detail)


class CodeReplayedError(InvalidGrantError):
    """Refuse a code its own client already redeemed; what it issued must die (RFC 6749 4.1.2)."""


class UnauthorizedClientError(OAuthError):
    """Refuse a known client something it may not do (RFC 6749)."""

    code = rfc6749.UnauthorizedClientError.error


class UnsupportedGrantTypeError(OAuthError):
    """Refuse a token request of a kind the broker does not know (RFC 6749)."""

    code = rfc6749.UnsupportedGrantTypeError.error


class UnsupportedResponseTypeError(OAuthError):
    """Refuse a response type other than `code` (RFC 6749)."""

    code = rfc6749.UnsupportedResponseTypeError.error


class InvalidScopeError(OAuthError):
    """Refuse scopes: the broker has none (RFC 6749)."""

    code = rfc6749.InvalidScopeError.error


class AccessDeniedError(OAuthError):
    """Tell the client that the resident said no, or left nothing ticked (RFC 6749)."""

    code = rfc6749.AccessDeniedError.error
    redirectable = True


class RequestDeferredError(OAuthError):
    """Tell the client that the resident will decide later; not an error of any RFC."""

    code = "request_deferred"
    redirectable = True


class InvalidRequestUriError(OAuthError):
    """Refuse a pushed request that is unknown, another's, expired or decided (RFC 9101, 9126)."""

    code = "invalid_request_uri"


class InvalidAuthorizationDetailsError(OAuthError):
    """Refuse what is asked for; the description names the element and the member (RFC 9396)."""

    code = "invalid_authorization_details"


class InvalidDpopProofError(OAuthError):
    """Refuse a proof of possession (RFC 9449).

    400 at the token and pushed request endpoints; the resource server answers the same
    error as 401 with `access.challenge`.
    """

    code = "invalid_dpop_proof"


class InvalidTokenError(OAuthError):
    """Refuse an access token that is unknown, expired, revoked or another key's (RFC 6750)."""

    code = "invalid_token"
    status = 401

    def __init__(self, detail: str) -> None:
        super().__init__("the access token is not valid", detail=detail)


class InsufficientScopeError(OAuthError):
    """Refuse a valid token what its consent does not cover (RFC 6750)."""

    code = "insufficient_scope"
    status = 403


class InvalidClientMetadataError(OAuthError):
    """Refuse the keys or settings of a client that is being registered (RFC 7591)."""

    code = "invalid_client_metadata"


class InvalidRedirectUriError(OAuthError):
    """Refuse a redirect address that is being registered (RFC 7591)."""

    code = "invalid_redirect_uri"

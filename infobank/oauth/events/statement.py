"""A recipient's signed statement that it deleted what it had received under a grant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infobank.errors import InvalidInputError
from infobank.oauth.client import Client
from infobank.oauth.wire.jws import SKEW, UnverifiedJws, read_jws, signature_holds

TYPE: Final = "deletion-statement+jwt"
CONTENT_TYPE: Final = f"application/{TYPE}"


@dataclass(frozen=True)
class Expected:
    """What a statement must be about: the notice it answers, its grant, and when that was made."""

    notice: str
    grant: str
    made_at: datetime


def verify_statement(
    text: str, client: Client, issuer: str, expected: Expected, now: datetime
) -> datetime:
    """Return when the client deleted what it had, by its signed word.

    Nothing left the bank after the notice was made, so a deletion since then left nothing out.

    Raises:
        InvalidInputError: it is not signed by a registered key of this client, is about
            another notice or grant, or tells of a deletion before the notice or to come.
    """
    try:
        jws = _signed(text, client)
        _check_claims(jws, client, issuer, expected, now)
        return _deleted_at(jws, expected, now)
    except InvalidInputError as error:
        raise InvalidInputError(f"statement: {error.message}", field="statement") from None


def _signed(text: str, client: Client) -> UnverifiedJws:
    jws = read_jws(text)
    key = client.key(jws.header.get("kid"), jws.header.get("alg"))
    if key is None or not signature_holds(jws, key):
        raise InvalidInputError("must be signed by a registered key")
    return jws


def _check_claims(
    jws: UnverifiedJws, client: Client, issuer: str, expected: Expected, now: datetime
) -> None:
    if jws.header.get("typ") != TYPE or "jwk" in jws.header:
        raise InvalidInputError(f"typ must be {TYPE}")
    if jws.claims.get("iss") != client.client_id or jws.claims.get("aud") != issuer:
        raise InvalidInputError("iss must be the client_id, and aud the bank")
    if jws.claims.get("notice") != expected.notice:
        raise InvalidInputError("notice must be the one that is answered")
    if jws.claims.get("grant_id") != expected.grant:
        raise InvalidInputError("grant_id must be that of the notice")
    if jws.instant_claim("iat") is None:
        raise InvalidInputError("iat must be a number of seconds")
    jws.identifier()
    jws.check_life(now)


def _deleted_at(jws: UnverifiedJws, expected: Expected, now: datetime) -> datetime:
    deleted_at = jws.instant_claim("deleted_at")
    if deleted_at is None:
        raise InvalidInputError("deleted_at must be a number of seconds")
    if not expected.made_at - SKEW <= deleted_at <= now + SKEW:
        raise InvalidInputError("deleted_at must lie between the notice and now")
    return deleted_at

"""What programs send to the OAuth and the NGSI-LD endpoints, for the OpenAPI document.

Those endpoints read their input with rules of their own (`infobank.oauth`, `web.opendata`).
"""

from collections.abc import Mapping
from typing import Final

from marshmallow import fields, validate

from infobank.oauth.authentication import ASSERTION_TYPE
from infobank.oauth.token import GrantType
from infobank.web.api.schemas import Strict, one_of
from infobank.web.opendata.selection import LONGEST_PAGE, STYLES, USUAL_PAGE


def _says(text: str) -> Mapping[str, str]:
    return {"description": text}


class ClientForm(Strict):
    """How a provider's program proves who it is (RFC 7523): `private_key_jwt`."""

    client_assertion_type = fields.String(required=True, validate=validate.Equal(ASSERTION_TYPE))
    client_assertion = fields.String(
        required=True, metadata=_says("A JWT by a registered key; aud is the issuer; good once.")
    )
    client_id = fields.String(metadata=_says("If given, the subject of the assertion."))


class PushForm(ClientForm):
    """A pushed authorization request (RFC 9126)."""

    response_type = fields.String(required=True, validate=validate.Equal("code"))
    response_mode = fields.String(validate=validate.Equal("query"))
    redirect_uri = fields.String(
        required=True, metadata=_says("One of the registered addresses, letter for letter.")
    )
    code_challenge = fields.String(required=True, validate=validate.Length(43, 43))
    code_challenge_method = fields.String(required=True, validate=validate.Equal("S256"))
    authorization_details = fields.String(
        required=True, metadata=_says("A JSON array of DetailsDocument, as text.")
    )
    state = fields.String(metadata=_says("Comes back with the answer."))
    request_id = fields.UUID(
        metadata=_says("The request whose counter-offer this accepts: as offered, or less.")
    )
    nonce = fields.String()
    dpop_jkt = fields.String(
        metadata=_says("Thumbprint of the key the code is bound to, unless a DPoP proof is sent.")
    )


class TokenForm(ClientForm):
    """A code, a refresh token (RFC 6749 sections 4.1.3 and 6), or what a mandate gave."""

    grant_type = one_of(GrantType, required=True)
    code = fields.String(metadata=_says("With authorization_code."))
    redirect_uri = fields.String(metadata=_says("With authorization_code, as it was pushed."))
    code_verifier = fields.String(metadata=_says("With authorization_code (RFC 7636)."))
    refresh_token = fields.String(metadata=_says("With refresh_token."))
    grant_id = fields.UUID(metadata=_says("With the bank's own: a consent that a mandate gave."))


class RevokeForm(ClientForm):
    """A token to be taken back (RFC 7009)."""

    token = fields.String(required=True)
    token_type_hint = fields.String(metadata=_says("Not needed; any value is accepted."))


_STYLE: Final = _says("How attributes are written; `simplified` is another word for `keyValues`.")


class EntityQuery(Strict):
    """How one entity is shown."""

    attrs = fields.String(metadata=_says("Names of attributes, with commas between them."))
    options = fields.String(validate=validate.OneOf(list(STYLES)), metadata=_STYLE)
    format = fields.String(validate=validate.OneOf(list(STYLES)), metadata=_STYLE)
    local = fields.Boolean(metadata=_says("Always true: there are no other brokers behind."))


class EntitiesQuery(EntityQuery):
    """Which entities; at least one of type, id and attrs."""

    type = fields.String(metadata=_says("Observation, Dataset, or both with a comma between."))
    id = fields.String(metadata=_says("URIs of entities, with commas between them."))
    limit = fields.Integer(
        load_default=USUAL_PAGE,
        validate=validate.Range(0, LONGEST_PAGE),
        metadata=_says("0 with count=true only."),
    )
    offset = fields.Integer(load_default=0, validate=validate.Range(0))
    count = fields.Boolean(
        load_default=False, metadata=_says("Send their number in NGSILD-Results-Count.")
    )

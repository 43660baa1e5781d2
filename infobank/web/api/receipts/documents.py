"""What the address of a receipt answers."""

from marshmallow import fields

from infobank.web.api.schemas import Strict


class ReceiptDocument(Strict):
    """A receipt, and the same signed by the bank as a compact JWS."""

    receipt = fields.Dict(
        required=True, metadata={"description": "In the shape of ISO/IEC TS 27560:2023."}
    )
    signed = fields.String(
        required=True,
        metadata={"description": "typ is infobank-receipt+jwt; the keys are at jwks_uri."},
    )

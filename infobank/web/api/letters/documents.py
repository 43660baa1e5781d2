"""What the addresses about letters read and write."""

from collections.abc import Iterable, Mapping
from typing import Final

from marshmallow import fields, validate

from infobank.accounts.contact import (
    LONGEST_EMAIL,
    LONGEST_POSTAL,
    Address,
    Channel,
    Contact,
    Matter,
)
from infobank.vocabulary.text.language import Language
from infobank.web.api.schemas import Strict, one_of

_CODE: Final = 32


class EmailDocument(Strict):
    """Where e-mails go; before she confirmed the address, nothing but a code does."""

    to = fields.String(required=True)
    language = one_of(Language, required=True)
    confirmed = fields.Boolean(required=True)
    matters = fields.List(one_of(Matter), required=True)


class PaperDocument(Strict):
    """Where the month on paper goes."""

    to = fields.String(required=True)
    language = one_of(Language, required=True)


class LettersDocument(Strict):
    """How a resident is told of things outside the portal; null is not at all."""

    mails = fields.Boolean(
        required=True, metadata={"description": "Whether this bank sends e-mail."}
    )
    email = fields.Nested(EmailDocument, required=True, allow_none=True)
    paper = fields.Nested(PaperDocument, required=True, allow_none=True)


class AskEmailDocument(Strict):
    """An address to which a code is sent."""

    to = fields.String(required=True, validate=validate.Length(1, LONGEST_EMAIL))
    language = one_of(Language, load_default=Language.JA.value)


class CodeDocument(Strict):
    """The code that came to the address."""

    code = fields.String(required=True, validate=validate.Length(1, _CODE))


class AskPaperDocument(Strict):
    """A name and an address, line by line."""

    to = fields.String(required=True, validate=validate.Length(1, LONGEST_POSTAL))
    language = one_of(Language, load_default=Language.JA.value)


class MattersDocument(Strict):
    """All that she wants to be told of by e-mail."""

    matters = fields.List(one_of(Matter), required=True)


def letters_values(
    found: Iterable[tuple[Contact, Address]], *, mails: bool
) -> Mapping[str, object]:
    """Return a resident's channels for `LettersDocument`."""
    held = {contact.channel: _channel(contact, to) for contact, to in found}
    return {"mails": mails, "email": held.get(Channel.EMAIL), "paper": held.get(Channel.PAPER)}


def _channel(contact: Contact, to: Address) -> Mapping[str, object]:
    shown: dict[str, object] = {"to": to.to, "language": to.language.value}
    if contact.channel is Channel.EMAIL:
        shown["confirmed"] = contact.confirmed_at is not None
        shown["matters"] = sorted(contact.matters)
    return shown

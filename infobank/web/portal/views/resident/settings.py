"""How a resident reads the portal, and how she is told of things outside it."""

from dataclasses import dataclass, field

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm


@dataclass(frozen=True)
class MatterChoice:
    """One matter that she may be told of by e-mail."""

    value: str
    label: Text
    chosen: bool


@dataclass(frozen=True)
class Email:
    """Her e-mail address; until it is `confirmed`, nothing but a code goes there."""

    to: str = field(repr=False)
    confirmed: bool
    matters: tuple[MatterChoice, ...]


@dataclass(frozen=True)
class SettingsPage:
    """`settings`: reading, letters, and the way to everything that concerns the account.

    `mails` tells whether this bank sends e-mail; `paper` whether letters go out by post: the
    form holds where to.
    """

    mails: bool
    email: Email | None
    paper: bool
    form: FilledForm

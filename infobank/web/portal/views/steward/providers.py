"""Vetting: providers, their certificates, and what the ethics board decided."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.counted import Counted
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import EMPTY, FilledForm, Option
from infobank.web.portal.views.shared import Certificate, Recipient

REGISTER_FIELDS = ("name_ja", "name_en", "kind", "country", "redirect_uri", "jwks")
"""What the form to register a provider posts."""

CERTIFICATE_FIELDS = ("kind", "until", "reference")
REVOKE_FIELDS = ("revoked", "reason")


@dataclass(frozen=True)
class ProviderLine:
    """One provider in the list.

    `ends` is the last day on which it may receive anything, None when that is over; `lapsing`
    says that this is soon.  `decided` tells whether the board decided on it or its class;
    `live` counts its consents in force, None where nobody asked.
    """

    client: str
    recipient: Recipient
    ends: date | None
    lapsing: bool
    decided: bool
    live: Counted | None = None


@dataclass(frozen=True)
class ProvidersPage:
    """`providers`: every provider, the newest first."""

    providers: tuple[ProviderLine, ...]


@dataclass(frozen=True)
class RegisterPage:
    """`provider_register`: the form for a new one."""

    form: FilledForm
    kinds: tuple[Option, ...]


@dataclass(frozen=True)
class PurposeLine:
    """One purpose for which a provider holds consents: in force, and in all."""

    purpose: Text
    live: Counted
    total: Counted


@dataclass(frozen=True)
class ProviderPage:
    """`provider_one`: one provider, as its vetting sees it.

    `lacking` are the certificates that its class needs and that it has not shown, or that
    lapsed.  `asked` names the approval under which other keys wait for a second steward;
    `kids` name its keys.  `form` holds what was typed into the form of `about`.
    """

    line: ProviderLine
    country: str
    registered_at: datetime
    vetted_until: date
    renewable: bool
    redirects: tuple[str, ...]
    kids: tuple[str, ...]
    certificates: tuple[Certificate, ...]
    lacking: tuple[Text, ...]
    kinds: tuple[Option, ...]
    held: tuple[Option, ...]
    purposes: tuple[PurposeLine, ...]
    decisions: tuple[Text, ...]
    objections: int
    asked: str = ""
    form: FilledForm = EMPTY
    done: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision of the board: what it allows to whom, until when, and the file that says so."""

    code: str
    summary: Text
    recipients: tuple[Text, ...]
    purposes: tuple[Text, ...]
    categories: tuple[Text, ...]
    modes: tuple[str, ...]
    first: date
    last: date
    holds: bool
    minutes: str
    digest: str
    since: datetime | None


@dataclass(frozen=True)
class BoardPage:
    """`board`: every decision, and the providers on whom the board decided nothing."""

    decisions: tuple[Decision, ...]
    without: tuple[ProviderLine, ...]

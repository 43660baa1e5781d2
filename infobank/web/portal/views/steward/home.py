"""The steward's pages: providers to vet and register, and what was published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import Recipient

FORM_FIELDS = ("name_ja", "name_en", "redirect_uri", "jwks")
"""What the form to register a provider posts."""


@dataclass(frozen=True)
class RegisteredProvider:
    """One provider; `client` is its OAuth client id, `kids` name its keys."""

    provider: Recipient
    client: str
    redirects: tuple[str, ...]
    kids: tuple[str, ...]
    registered_at: datetime
    live_consents: int


@dataclass(frozen=True)
class RegisterForm:
    """The form as it came back: what was typed, and what is wrong with which field."""

    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    faults: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class StewardHomePage:
    """`steward_home`: all providers and a form for a new one; `added` names one just made."""

    providers: tuple[RegisteredProvider, ...]
    form: RegisterForm = RegisterForm()
    added: Text | None = None


@dataclass(frozen=True)
class Publication:
    """One release: `epsilon` as a decimal text, `cells` the number of figures published."""

    release: str
    dataset: str
    title: Text
    month: date
    version: int
    published_at: datetime
    epsilon: str
    cells: int


@dataclass(frozen=True)
class BudgetLine:
    """What a statistic spent in the rolling year, of how much; decimal texts."""

    title: Text
    spent: str
    allowed: str


@dataclass(frozen=True)
class PublicationsPage:
    """`publications`: the releases, newest first, and the budget of each statistic."""

    publications: tuple[Publication, ...]
    budgets: tuple[BudgetLine, ...]

"""Who can see what of a resident, since when, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import ItemWords, Recipient


@dataclass(frozen=True)
class SeenCategory:
    """One kind of data, and how many recipients can see some of it now."""

    code: str
    label: Text
    recipients: int
    special_care: bool = False


@dataclass(frozen=True)
class WhoCanSeePage:
    """`who_can_see`: every kind of data, those that somebody can see first."""

    categories: tuple[SeenCategory, ...]


@dataclass(frozen=True)
class SightLine:
    """A recipient that can see something: what, under which consent, since when, and why."""

    consent: str
    recipient: Recipient
    purpose: Text
    mode: OutputMode
    means: Text
    item: ItemWords
    since: datetime
    until: date
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class FieldChoice:
    """One field to ask about; `current` when it is asked about."""

    name: str
    label: Text
    current: bool


@dataclass(frozen=True)
class WhoCanSeeCategoryPage:
    """`who_can_see_category`: who can see it now, or could on a day; `field` narrows the question.

    `typed` is what was typed as a day, `fault` what is wrong with it.
    """

    code: str
    label: Text
    lines: tuple[SightLine, ...]
    fields: tuple[FieldChoice, ...]
    field: FieldChoice | None = None
    on: date | None = None
    typed: str = ""
    fault: Text | None = None

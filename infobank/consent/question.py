"""What a decision is asked: the request, the consent it leans on, the rules of the day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Recipient:
    """Who would receive the data, as the bank knows it: suspended or unvetted is unknown.

    `code` is its class (`policies/recipients`).  `vetted_until` is when the first of its vetting
    and the certificates its class needs lapses; None when one is missing.  `abroad` says that
    it is in another country.
    """

    provider: ProviderId
    active: bool
    vetted_until: datetime | None
    code: str = "service"
    abroad: bool = False


@dataclass(frozen=True)
class Circumstances:
    """What the bank knows of the resident that bears on whose word counts.

    `of_age_from` is when a minor comes of age; None for an adult from the start.
    `household_agrees` says that each adult she lives with agrees to the use of shared data.
    """

    of_age_from: datetime | None = None
    household_agrees: bool = True


ADULT_ALONE: Final = Circumstances()

UNKNOWN: Final = Circumstances(datetime(9999, 1, 1, tzinfo=UTC), household_agrees=False)
"""A minor for ever, whose household disagrees: of whom nothing is known that can be believed."""


@dataclass(frozen=True)
class DisclosureRequest:
    """What a recipient wants of one resident, under the consent its token points at.

    `asked` says which inquiry reads the item, with its parameter; empty where none does.
    """

    resident: ResidentId
    recipient: Recipient
    purpose: str
    item: Item
    mode: OutputMode
    asked: str = ""


@dataclass(frozen=True)
class Question:
    """Everything a rule may look at; `mandate` is the one the consent names, when genuine."""

    request: DisclosureRequest
    consent: Consent | None
    policies: Policies
    now: datetime
    circumstances: Circumstances = ADULT_ALONE
    mandate: Mandate | None = None

"""What a decision is asked: the request, the consent it leans on, the rules of the day."""

from dataclasses import dataclass
from datetime import datetime

from infobank.consent.consent import Consent
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class Recipient:
    """Who would receive the data, as the bank knows it: suspended or unvetted is unknown."""

    provider: ProviderId
    active: bool
    vetted_until: datetime | None


@dataclass(frozen=True)
class DisclosureRequest:
    """What a recipient wants of one resident, under the consent its token points at."""

    resident: ResidentId
    recipient: Recipient
    purpose: str
    item: Item
    mode: OutputMode


@dataclass(frozen=True)
class Question:
    """Everything a rule may look at."""

    request: DisclosureRequest
    consent: Consent | None
    policies: Policies
    now: datetime

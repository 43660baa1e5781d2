"""A provider's first page: how it stands, in figures, and where to go on."""

from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.counted import Counted
from infobank.web.portal.views.shared import Recipient


@dataclass(frozen=True)
class ProviderHomePage:
    """`provider_home`: counts over all its consents, and what needs a look.

    `lapses` is the day on which the first of its vetting and certificates lapses; `waiting`
    counts requests that residents have before them, `owed` notices that want an answer.
    """

    provider: Recipient
    live: Counted
    total: Counted
    waiting: int
    owed: int
    lapses: date | None

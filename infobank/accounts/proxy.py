"""A proxy 代理人: somebody who acts for a resident, in stated things, until a stated instant.

A minor's or an adult ward's legal representative, or an agent the resident appointed, may
make every request the resident herself may make (APPI article 37(3)).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from infobank.accounts.errors import ProxyOverError
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ResidentId

LONGEST_LABEL = 40
"""Characters by which a proxy knows whom it acts for."""


class Scope(StrEnum):
    """What a proxy may do for the resident."""

    LOOK = "look"
    """See what the bank holds, the consents and the history."""
    CONSENT = "consent"
    """Deposit, answer requests, give and withdraw consents."""
    RIGHTS = "rights"
    """Ask at the rights desk."""


@dataclass(frozen=True)
class Proxy:
    """One person's standing to act for one resident.

    `account` is how the proxy signs in, as itself.  `valid_until` is excluded: at that
    instant it may no more.  `given_by` says who established it, such as `operator`.
    `label` is what the proxy calls the resident; `majority` is when a minor comes of age.
    """

    proxy_id: UUID
    resident: ResidentId
    account: AccountId
    scopes: frozenset[Scope]
    given_at: datetime
    valid_until: datetime
    given_by: str
    ended_at: datetime | None = None
    label: str = field(default="", repr=False)
    majority: datetime | None = None

    def __post_init__(self) -> None:
        if not self.scopes:
            raise InvalidInputError("a proxy must be for something", field="scopes")
        if self.valid_until <= self.given_at:
            raise InvalidInputError("a proxy must end after it begins", field="until")
        if not self.label.isprintable() or len(self.label) > LONGEST_LABEL:
            raise InvalidInputError(f"at most {LONGEST_LABEL} characters", field="label")

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself.

        INVARIANT: what was given while she was a minor ends as she comes of age; then she
        decides who acts for her.
        """
        if self.majority is None or self.majority <= self.given_at:
            return self.valid_until
        return min(self.valid_until, self.majority)

    def live(self, now: datetime) -> bool:
        """Tell whether the proxy counts at an instant."""
        return self.ended_at is None and now < self.ends_at

    def of_minor(self, now: datetime) -> bool:
        """Tell whether it is for somebody who has not come of age."""
        return self.majority is not None and now < self.majority

    def check(self, scope: Scope, now: datetime) -> None:
        """Accept an act of a kind at an instant.

        Raises:
            ProxyOverError: the proxy has ended, or is not for this.
        """
        if not self.live(now):
            raise ProxyOverError("you may act for this person no more")
        if scope not in self.scopes:
            raise ProxyOverError("you may act for this person, but not in this")

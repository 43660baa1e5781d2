"""Names of things: random UUIDs that say nothing about what they name."""

from typing import NewType
from uuid import UUID

ResidentId = NewType("ResidentId", UUID)
"""A resident 住民.  Never leaves the bank: a provider sees a pairwise subject instead."""

ProviderId = NewType("ProviderId", UUID)
"""A service provider 提供先.  Its OAuth `client_id` is this UUID in its usual text form."""

ConsentId = NewType("ConsentId", UUID)
"""A consent 同意, over all its versions."""

MandateId = NewType("MandateId", UUID)
"""A mandate 委任条件, over all its versions."""

CallId = NewType("CallId", UUID)
"""A call 一斉依頼: a provider's request to everybody whose mandate admits it."""

NoticeId = NewType("NoticeId", UUID)
"""A notice 通知 to a recipient that something ended; the `jti` of what it is sent."""

AccountId = NewType("AccountId", UUID)
"""A way to sign in: a resident's, a provider's, an auditor's or a steward's."""

"""Begin a way in with a code on paper."""

from dataclasses import dataclass, field

from infobank.accounts.account import Role
from infobank.accounts.entrance.passkey import Holder


@dataclass(frozen=True)
class EnrolPage:
    """`enrol`: type the code; `fault` is `refused`, `waits` or nothing."""

    fault: str = ""


@dataclass(frozen=True)
class EnrolPasskeyPage:
    """`enrol_passkey`: what the code begins, and how; `recovery` ends what was there before."""

    code: str = field(repr=False)
    role: Role
    recovery: bool
    city: bool
    fault: str = ""
    holders: tuple[Holder, ...] = tuple(Holder)

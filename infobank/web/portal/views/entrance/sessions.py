"""Where a person is signed in."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.session import Way


@dataclass(frozen=True)
class SessionCard:
    """One session; `here` marks the one that is looked at it in."""

    session: str
    device: Device
    way: Way
    begun_at: datetime
    used_at: datetime
    here: bool


@dataclass(frozen=True)
class SessionsPage:
    """`sessions`: every one that counts; `ended` tells that some just were."""

    sessions: tuple[SessionCard, ...]
    ended: bool = False

    @property
    def others(self) -> bool:
        """Tell whether there is any but this one."""
        return len(self.sessions) > 1

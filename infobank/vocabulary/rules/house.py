"""Ages and deadlines of the house (`policies/house.toml`)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class HouseRules:
    """What the operator decides once for everybody; the defaults are what the law says, or less.

    `of_age_years`: from which age a person decides alone (Civil Code article 4).
    `heard_years`: from which age a minor's own view is asked for beside her guardian's.
    `proxy_years`: for how long a proxy may act at most.
    `mandate_days`: for how long a standing condition may hold at most.
    `notice_days`: within how many days a recipient acknowledges a notice.
    `deletion_days`: within how many days it states that it deleted.
    `session_hours`: for how long a sign-in holds at most.
    `staff_idle_minutes`: for how long a member of staff may leave hers alone.
    `step_up_minutes`: within how many minutes a proof of who somebody is counts as fresh.
    `recovery_hours`: for how long the way back to an account whose owner lost hers waits.
    """

    of_age_years: int = 18
    heard_years: int = 12
    proxy_years: int = 1
    mandate_days: int = 366
    notice_days: int = 3
    deletion_days: int = 30
    session_hours: int = 8
    staff_idle_minutes: int = 30
    step_up_minutes: int = 5
    recovery_hours: int = 24

    @property
    def session_life(self) -> timedelta:
        """How long a sign-in holds at most, whatever happens in it."""
        return timedelta(hours=self.session_hours)

    @property
    def staff_idle(self) -> timedelta:
        """How long a member of staff may leave hers alone."""
        return timedelta(minutes=self.staff_idle_minutes)

    @property
    def step_up(self) -> timedelta:
        """How long a proof of who somebody is counts as fresh."""
        return timedelta(minutes=self.step_up_minutes)

    @property
    def recovery_wait(self) -> timedelta:
        """How long a recovery waits, so that its owner can stop it."""
        return timedelta(hours=self.recovery_hours)

"""The one place that reads the time.

A use case asks its clock once and passes the instant down as a value, so that one
request has one time and a test can stand at any date.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from infobank.errors import InvalidInputError


class Clock(Protocol):
    """Tell the present instant."""

    def now(self) -> datetime:
        """Return the present instant: aware, UTC, microseconds kept."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """Tell the time of the machine."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """Tell the machine's time moved by a fixed distance: rehearsals of a later or earlier day."""

    shift: timedelta

    def now(self) -> datetime:
        """Return the machine's present instant in UTC, moved by `shift`."""
        return datetime.now(UTC) + self.shift


def day_in(zone: str, instant: datetime) -> date:
    """Return the calendar day of an instant in a zone such as `Asia/Tokyo`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_begins(zone: str, day: date) -> datetime:
    """Return the instant at which a calendar day begins in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_ends(zone: str, day: date) -> datetime:
    """Return the instant at which a calendar day is over in a zone, in UTC.

    Raises:
        InvalidInputError: the calendar ends with it.
    """
    if day == date.max:
        raise InvalidInputError("no day is that late", field="until")
    return day_begins(zone, day + timedelta(days=1))

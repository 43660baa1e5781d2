"""Put deadlines, budgets and the lives of keys in words."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from infobank.accounts.provider import Provider
from infobank.accounts.rights import Tally
from infobank.clock import day_ends, day_in
from infobank.consent.ending.notice import Followed
from infobank.publication.budget import Spend, check_spend, spent_since
from infobank.publication.errors import BudgetExceededError
from infobank.publication.rendering.site import as_decimal
from infobank.publication.statistic import Statistic
from infobank.usecases.custody.keyring import Rings
from infobank.vocabulary.period import Period
from infobank.web.portal.views.steward.watch import (
    BackupLine,
    BudgetLine,
    EpochLine,
    KeysPage,
    Late,
    TallyLine,
)

WRITTEN_FROM: Final = timedelta(days=7)
"""How late an answer is asked for in writing."""

SHUT_FROM: Final = timedelta(days=30)
"""How late the certificate is taken away."""


def late(followed: Followed, provider: Provider, now: datetime) -> Late:
    """Return an answer that a recipient owes, and how far it has to be taken by now."""
    notice = followed.notice
    by = now - notice.deadline
    return Late(
        notice=str(notice.notice_id),
        client=str(provider.provider_id),
        recipient=provider.name,
        afterwards=notice.afterwards,
        made_at=notice.made_at,
        deadline=notice.deadline,
        days=by.days,
        step=1 + (by >= WRITTEN_FROM) + (by >= SHUT_FROM),
        error=followed.error,
    )


def tally_line(tally: Tally) -> TallyLine:
    """Return how many requests of one kind stand where."""
    return TallyLine(tally.right, tally.status, tally.count, tally.overdue, tally.due)


def budget_line(
    statistic: Statistic, spends: Sequence[Spend], newest: date | None, now: datetime, zone: str
) -> BudgetLine:
    """Return what a statistic spent, and when its next month can be published.

    `newest` is the first day of the month that was published last, None before the first.
    """
    spent = spent_since(spends, now)
    today = day_in(zone, now)
    month = _after(newest) if newest else _before(today)
    over = day_ends(zone, Period.month(month.year, month.month).last)
    possible = max(day_in(zone, over), _affordable(statistic, spends, now, zone))
    return BudgetLine(
        title=statistic.title,
        spent=as_decimal(spent),
        allowed=as_decimal(statistic.epsilon_per_year),
        filled=_hundredths(spent / statistic.epsilon_per_year),
        month=month,
        possible_from=possible,
    )


def keys_page(rings: Rings, zone: str) -> KeysPage:
    """Return the lives of the keys; a backup is dead once what its keys hung from is destroyed."""
    newest = rings.epochs[-1].number if rings.epochs else 0
    lines = [
        EpochLine(
            number=each.number,
            begun_at=each.begun_at,
            rewrapped_at=each.rewrapped_at,
            verified_at=each.verified_at,
            destroyed_at=each.destroyed_at,
            shards=each.shards,
            residents=each.residents,
        )
        for each in rings.epochs
    ]
    # What was wrapped before an epoch was left may hang from it in a backup of that time.
    left = [each.rewrapped_at for each in rings.epochs if each.destroyed_at]
    dead_before = max((at for at in left if at is not None), default=None)
    return KeysPage(
        epochs=tuple(reversed(lines)),
        backups=tuple(
            BackupLine(
                made_at=each.made_at,
                kept_until=day_in(zone, each.kept_until),
                dead=dead_before is not None and each.made_at < dead_before,
            )
            for each in rings.backups
        ),
        residents=sum(each.residents for each in rings.epochs),
        moved=sum(each.residents for each in rings.epochs if each.number == newest),
        verified_at=rings.verified_at,
    )


def _after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def _before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _affordable(statistic: Statistic, spends: Sequence[Spend], now: datetime, zone: str) -> date:
    """Return from which day on the budget allows one more release."""
    try:
        check_spend(statistic.budget, spends, now, statistic.epsilon.release)
    except BudgetExceededError as error:
        return day_in(zone, error.fits_at or now)
    return day_in(zone, now)


def _hundredths(part: Fraction) -> int:
    return min(100, round(part * 100))

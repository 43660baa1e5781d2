"""What stewards read about deadlines, budgets and keys."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infobank.accounts.provider import Provider
from infobank.consent.ending.notice import Afterwards, Followed, Notice, NoticeKind
from infobank.db.recovery.backups import Made
from infobank.db.rotation.epochs import EpochLife
from infobank.usecases.custody.keyring import Rings
from infobank.vocabulary.identifiers import ConsentId, NoticeId, ProviderId, ResidentId
from infobank.vocabulary.text.language import Text
from infobank.web.portal.wording.steward import watch

ZONE = "Asia/Tokyo"
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = UUID(int=1)
PROVIDER = Provider(
    ProviderId(NAME),
    "service",
    Text("店", "Shop"),
    {},
    (),
    active=True,
    vetted_until=NOW,
    registered_at=NOW,
)


def owed(late: timedelta) -> Followed:
    return Followed(
        Notice(
            NoticeId(NAME),
            ResidentId(NAME),
            ProviderId(NAME),
            ConsentId(NAME),
            NoticeKind.WITHDRAWN,
            (),
            Afterwards.DELETE,
            NOW - 60 * DAY,
            NOW - late,
        )
    )


@pytest.mark.parametrize(("days", "step"), [(0, 1), (6, 1), (7, 2), (29, 2), (30, 3), (400, 3)])
def test_a_late_answer_is_taken_further_with_time(days: int, step: int):
    line = watch.late(owed(days * DAY), PROVIDER, NOW)
    assert (line.days, line.step) == (days, step)


def epoch(number: int, left: datetime | None = None, ended: datetime | None = None) -> EpochLife:
    return EpochLife(number, NOW - 90 * DAY, left, left, ended, 4, 0 if ended else 300)


def test_a_backup_is_dead_once_what_it_hung_from_is_destroyed():
    made = [Made("keys", NOW - days * DAY, NOW) for days in (1, 20)]
    left = NOW - 10 * DAY
    page = watch.keys_page(Rings([epoch(1, left, NOW), epoch(2)], made), ZONE)
    assert [each.dead for each in page.backups] == [False, True]
    assert (page.moved, page.residents, page.rewrapping) == (300, 300, False)
    assert page.verified_at == left
    alive = watch.keys_page(Rings([epoch(1, left), epoch(2)], made), ZONE)
    assert not any(each.dead for each in alive.backups)
    assert alive.rewrapping


def test_no_key_was_wrapped_yet():
    page = watch.keys_page(Rings([], []), ZONE)
    assert (page.residents, page.verified_at, page.backups) == (0, None, ())

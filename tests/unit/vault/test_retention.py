"""How long things are kept, and which blocks hold some whose time is over."""

from datetime import date, timedelta

import pytest

from infobank.errors import ConflictError
from infobank.vault.ending.retention import Over, RetentionPolicy, over, without
from infobank.vault.manifest import Manifest, ManifestEntry

RULES = RetentionPolicy({"trips": 30}, 10, 10, 10, 10, 3, 31)
DAY = date(2026, 11, 21)


def block(
    number: int, start: date, first: date, last: date, *, generation: int = 1
) -> ManifestEntry:
    tag = bytes([number, start.month]) + bytes(14)
    return ManifestEntry(tag, number, start, generation, bytes(32), 5, first, last)


OLD = block(1, date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 30))
EDGE = block(1, date(2026, 10, 1), date(2026, 10, 3), date(2026, 10, 31))
NEW = block(1, date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 20))
OTHER = block(2, date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 30))
HELD = Manifest(4, (OLD, EDGE, NEW, OTHER))


def test_a_record_is_kept_for_so_many_days_after_its_own():
    first = RULES.first_kept("trips", DAY)
    assert first == DAY - timedelta(days=30)
    assert RULES.first_kept("profile", DAY) is None


def test_blocks_that_are_over_are_told_from_those_that_are_partly():
    first = date(2026, 10, 22)
    assert over(HELD, 1, first) == Over((OLD,), (EDGE,))
    assert over(HELD, 3, first) == Over()


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (EDGE.first, Over((OLD,))),
        (EDGE.first + timedelta(1), Over((OLD,), (EDGE,))),
        (EDGE.last, Over((OLD,), (EDGE,))),
        (EDGE.last + timedelta(1), Over((OLD, EDGE))),
    ],
)
def test_the_first_day_that_is_kept_is_kept(first: date, expected: Over):
    assert over(HELD, 1, first) == expected


def test_what_is_gone_is_listed_no_more_and_what_was_written_counts():
    rest = block(1, EDGE.start, date(2026, 10, 22), EDGE.last, generation=2)
    following = without(HELD, [OLD], [rest])
    assert following == Manifest(5, (rest, NEW, OTHER))
    with pytest.raises(ConflictError):
        without(HELD, [], [EDGE])


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (date(2026, 11, 21), date(2029, 11, 21)),
        (date(2024, 2, 29), date(2027, 3, 1)),
    ],
)
def test_provision_records_are_kept_three_years_and_never_a_day_less(last: date, until: date):
    assert RULES.provision_until(last) == until

"""One resident gives at most one bounded value."""

from datetime import date, timedelta

import pytest

from infobank.publication.contribution import Contribution, bin_of, bounded_mean, contribute
from infobank.publication.statistic import Statistic
from infobank.vocabulary.category import Value
from infobank.vocabulary.period import Period

SEPTEMBER = Period.month(2026, 9)
WOMAN_OF_40 = {"birth_year": 1986, "sex": "female"}


def _days(*values: Value, first: date = SEPTEMBER.first) -> list[tuple[date, Value]]:
    return [(first + timedelta(days=place), value) for place, value in enumerate(values)]


def test_a_month_becomes_one_value_in_hundreds_in_one_cell_and_one_bin(statistic: Statistic):
    given = contribute(statistic, SEPTEMBER, _days(6000, 7000, 8100), WOMAN_OF_40)
    assert given == Contribution(cell=2, value=70, bin=3)


@pytest.mark.parametrize(
    ("total", "count", "value"),
    [(149, 3, 0), (150, 3, 1), (449, 3, 1), (450, 3, 2), (0, 1, 0), (-900, 1, 0), (10**30, 1, 200)],
)
def test_means_round_half_up_in_whole_hundreds_and_are_clipped(
    statistic: Statistic, total: int, count: int, value: int
):
    assert bounded_mean(statistic.measure, total, count) == value


@pytest.mark.parametrize(
    ("value", "place"), [(0, 0), (19, 0), (20, 1), (119, 5), (120, 6), (150, 7), (200, 7)]
)
def test_a_bin_holds_its_lower_edge_and_the_last_one_its_upper_too(
    statistic: Statistic, value: int, place: int
):
    assert bin_of(statistic.measure, value) == place


def test_days_outside_the_month_do_not_count(statistic: Statistic):
    before = _days(90_000, 90_000, first=date(2026, 8, 30))
    after = _days(90_000, first=date(2026, 10, 1))
    given = contribute(statistic, SEPTEMBER, [*before, *_days(0, 0, 0), *after], WOMAN_OF_40)
    assert given == Contribution(cell=2, value=0, bin=0)


def test_absent_and_foreign_values_are_passed_over(statistic: Statistic):
    days = _days(None, "many", True, 5000, 5000, 5000)
    given = contribute(statistic, SEPTEMBER, days, WOMAN_OF_40)
    assert given == Contribution(cell=2, value=50, bin=2)


def test_too_few_days_give_nothing(statistic: Statistic):
    assert contribute(statistic, SEPTEMBER, _days(5000, 5000), WOMAN_OF_40) is None


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"birth_year": 1986},
        {"birth_year": 1986, "sex": "other"},
        {"birth_year": 1986, "sex": 1},
        {"birth_year": 2012, "sex": "male"},
        {"birth_year": None, "sex": "male"},
        {"birth_year": "1986", "sex": "male"},
        {"birth_year": True, "sex": "male"},
    ],
)
def test_who_is_outside_the_public_domain_gives_nothing(
    statistic: Statistic, profile: dict[str, Value]
):
    assert contribute(statistic, SEPTEMBER, _days(1, 2, 3), profile) is None


@pytest.mark.parametrize(("birth_year", "cell"), [(2011, 1), (1997, 1), (1996, 3), (1951, 9)])
def test_the_age_is_the_one_reached_in_the_year_of_the_month(
    statistic: Statistic, birth_year: int, cell: int
):
    profile = {"birth_year": birth_year, "sex": "male"}
    given = contribute(statistic, SEPTEMBER, _days(1, 2, 3), profile)
    assert given is not None
    assert given.cell == cell

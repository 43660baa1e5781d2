"""What an inquiry answers, and when it may be asked again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from infobank.consent.answers.answer import UNKNOWN, Answer, Verdict, answer
from infobank.consent.answers.budget import affords, given_by
from infobank.consent.answers.inquiry import Asked, Computation, Inquiry, Measure
from infobank.errors import InvalidInputError
from infobank.vocabulary.category import TimeUnit, Value
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text

TODAY = date(2026, 11, 21)
AGE = Inquiry(
    code="age_at_least",
    label=Text("年齢", "Age"),
    description=Text("年齢", "Age"),
    category="profile",
    field="birth_year",
    computation=Computation.AGE,
    measure=Measure.YEARS,
    choices=range(20, 91, 5),
    edges=(),
    least=1,
    apart=5,
    most=4,
    stretch_days=1827,
)
MEAN = replace(
    AGE,
    code="mean_steps",
    category="daily_activity",
    field="steps",
    computation=Computation.MEAN,
    measure=Measure.MONTHS,
    choices=range(1, 7),
    edges=(2000, 4000),
    least=3,
    apart=28,
    most=12,
    stretch_days=366,
)
DAYS = replace(MEAN, measure=Measure.DAYS, choices=range(28, 85, 28))


def columns(*values: Value) -> Columns:
    first = TODAY.toordinal() - len(values)
    return Columns(TimeUnit.DAY, range(first, first + len(values)), (values,))


def over(inquiry: Inquiry, number: int, today: date = TODAY) -> Asked:
    return inquiry.ask({inquiry.measure.value: number}, today)


@pytest.mark.parametrize(("born", "verdict"), [(1961, Verdict.YES), (1962, Verdict.NO)])
def test_an_age_counts_what_is_reached_within_the_year(born: int, verdict: Verdict):
    assert answer(over(AGE, 65), columns(born)) == Answer(verdict)


def test_the_newest_record_says_when_somebody_was_born():
    assert answer(over(AGE, 65), columns(1990, 1950, None)).verdict is Verdict.YES


@pytest.mark.parametrize(
    ("values", "band"),
    [
        ((1999, 2000, 2000), (None, 2000)),
        ((2000, 2000, 2000), (2000, 4000)),
        ((3999, 4000, 4000), (2000, 4000)),
        ((4000, 4000, 4000), (4000, None)),
        ((0, None, 6000, 6000), (4000, None)),
    ],
)
def test_a_mean_is_told_as_the_band_in_which_it_lies(
    values: tuple[int | None, ...], band: tuple[int | None, int | None]
):
    assert answer(over(MEAN, 1), columns(*values)) == Answer(Verdict.BAND, *band)


def test_a_sum_is_told_as_the_band_in_which_it_lies():
    total = replace(MEAN, computation=Computation.SUM)
    assert answer(over(total, 1), columns(1000, 1000, 1999)) == Answer(Verdict.BAND, 2000, 4000)


def test_a_count_counts_values_and_not_empty_records():
    count = replace(MEAN, computation=Computation.COUNT, edges=(2, 4))
    assert answer(over(count, 1), columns(5, None, 7)) == Answer(Verdict.BAND, 2, 4)
    assert answer(over(count, 1), columns()) == Answer(Verdict.BAND, None, 2)


def test_with_too_few_values_nobody_can_tell():
    assert answer(over(MEAN, 1), columns(9000, None, 9000)) == UNKNOWN
    assert answer(over(AGE, 65), columns(None)) == UNKNOWN
    assert answer(over(AGE, 65), columns()) == UNKNOWN


def test_a_coarse_year_of_birth_answers_only_what_it_can_tell():
    decade = columns(1960)
    assert answer(over(AGE, 65), decade, width=10) == UNKNOWN
    assert answer(over(AGE, 50), decade, width=10).verdict is Verdict.YES
    assert answer(over(AGE, 70), decade, width=10).verdict is Verdict.NO


def test_a_mean_of_coarse_values_is_told_as_every_band_in_which_it_may_lie():
    assert answer(over(MEAN, 1), columns(1000, 1000, 1000), width=1000).high == 2000
    assert answer(over(MEAN, 1), columns(1500, 1500, 1500), width=1000) == Answer(
        Verdict.BAND, None, 4000
    )


def test_recent_says_whether_there_is_a_value():
    recent = replace(MEAN, computation=Computation.RECENT, edges=(), least=1)
    assert answer(over(recent, 1), columns(120)).verdict is Verdict.YES
    assert answer(over(recent, 1), columns(None)).verdict is Verdict.NO
    assert answer(over(recent, 1), columns()).verdict is Verdict.NO


@pytest.mark.parametrize(
    ("inquiry", "number", "today", "period"),
    [
        (MEAN, 1, TODAY, Period(date(2026, 10, 1), date(2026, 10, 31))),
        (MEAN, 2, date(2026, 1, 1), Period(date(2025, 11, 1), date(2025, 12, 31))),
        (MEAN, 1, date(2024, 3, 31), Period(date(2024, 2, 1), date(2024, 2, 29))),
        (DAYS, 28, TODAY, Period(date(2026, 10, 24), date(2026, 11, 20))),
    ],
)
def test_a_period_ends_with_the_last_whole_month_or_day(
    inquiry: Inquiry, number: int, today: date, period: Period
):
    assert over(inquiry, number, today).period == period


@pytest.mark.parametrize(
    "parameters", [{}, {"days": 65}, {"years": 65, "days": 1}, {"years": 66}, {"years": 95}]
)
def test_an_inquiry_takes_only_what_it_leaves_open(parameters: dict[str, int]):
    with pytest.raises(InvalidInputError, match=r"years"):
        AGE.ask(parameters, TODAY)


def test_the_same_question_may_be_asked_again_as_often_as_the_file_says():
    given = [given_by(over(AGE, 65))] * (AGE.most - 1)
    assert affords(over(AGE, 65), given)
    assert not affords(over(AGE, 65), [*given, *given[:1]])


def test_another_threshold_may_be_asked_only_so_far_away_as_the_file_says():
    given = [given_by(over(AGE, 65))]
    assert affords(over(AGE, 70), given)
    assert affords(over(AGE, 60), given)
    assert not affords(over(AGE, 70, date(2027, 1, 1)), given)
    assert not affords(over(AGE, 65, date(2027, 1, 1)), given)


def test_the_stricter_of_two_inquiries_counts():
    loose = replace(AGE, code="loose", apart=2)
    assert affords(over(loose, 65, date(2028, 1, 1)), [given_by(over(loose, 65))])
    assert not affords(over(loose, 65, date(2028, 1, 1)), [given_by(over(AGE, 65))])


def test_periods_that_overlap_by_less_than_the_file_says_are_refused():
    given = [given_by(over(DAYS, 28))]
    assert not affords(over(DAYS, 28, TODAY + timedelta(1)), given)
    assert not affords(over(DAYS, 56, TODAY + timedelta(27)), given)
    assert affords(over(DAYS, 56), given)
    assert affords(over(DAYS, 28, TODAY + timedelta(28)), given)


def test_whole_months_may_be_asked_every_month():
    given = [given_by(over(MEAN, 6))]
    for later in (date(2026, 12, 1), date(2027, 1, 31), date(2027, 3, 15)):
        assert affords(over(MEAN, 1, later), given)
        given.append(given_by(over(MEAN, 1, later)))


def test_what_was_asked_longer_ago_than_the_stretch_is_forgotten():
    given = [given_by(over(AGE, 65))] * AGE.most
    assert not affords(over(AGE, 65, TODAY + timedelta(AGE.stretch_days)), given)
    assert affords(over(AGE, 65, TODAY + timedelta(AGE.stretch_days + 1)), given)

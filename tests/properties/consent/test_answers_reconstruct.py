"""Whoever may ask freely, and cleverly, still does not learn what is in the records."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.consent.answers.answer import Verdict, answer
from infobank.consent.answers.budget import Given, affords, given_by
from infobank.consent.answers.inquiry import Asked, Computation, Inquiry, Measure
from infobank.vocabulary.category import TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

BEGUN = date(2026, 11, 21)
YEARS = range(1900, 2027)


def inquiry(measure: Measure, computation: Computation, apart: int, choices: range) -> Inquiry:
    """Return an inquiry that may be asked as often as anybody likes, and never forgets."""
    words = Text("問い", "Inquiry")
    return Inquiry(
        code="asked",
        label=words,
        description=words,
        category="profile",
        field="birth_year",
        computation=computation,
        measure=measure,
        choices=choices,
        edges=(),
        least=1,
        apart=apart,
        most=1_000,
        stretch_days=3_653,
    )


def born(year: int) -> Columns:
    return Columns(TimeUnit.DAY, (BEGUN.toordinal(),), ((year,),))


def consistent(years: Iterable[int], asked: Asked, said: Verdict) -> list[int]:
    """Return the years of birth that would have been answered just so."""
    return [year for year in years if answer(asked, born(year)).verdict is said]


def bisect(bank: Inquiry, year: int, days: Sequence[date]) -> list[int]:
    """Ask, each day, what splits best those that are still possible; return who is left."""
    books: list[Given] = []
    left = list(YEARS)
    for today in days:
        wanted = [bank.ask({"years": number}, today) for number in bank.choices]
        allowed = [asked for asked in wanted if affords(asked, books)]
        if not allowed:
            continue
        best = min(
            allowed, key=lambda asked: abs(2 * sum(y < asked.cuts[0] for y in left) - len(left))
        )
        books.append(given_by(best))
        left = consistent(left, best, answer(best, born(year)).verdict)
    return left


@given(
    year=st.sampled_from(YEARS[30:100]),
    apart=st.integers(2, 10),
    gaps=st.lists(st.integers(0, 400), min_size=1, max_size=20),
)
@settings(max_examples=50, deadline=None)
def test_who_bisects_over_years_does_not_learn_the_year_of_birth(
    year: int, apart: int, gaps: list[int]
):
    bank = inquiry(Measure.YEARS, Computation.AGE, apart, range(1, 121))
    days = [BEGUN + timedelta(sum(gaps[:place]) % 3_000) for place in range(1, len(gaps) + 1)]
    left = bisect(bank, year, sorted(days))
    assert year in left
    assert len(left) >= min(apart, len(YEARS))


def test_who_bisects_without_a_budget_learns_it():
    """The test above can fail: with pieces of one year the same adversary finds the year."""
    bank = inquiry(Measure.YEARS, Computation.AGE, 1, range(1, 121))
    assert bisect(bank, 1962, [BEGUN] * 8) == [1962]


@given(
    apart=st.integers(2, 60),
    asks=st.lists(
        st.tuples(st.integers(0, 900), st.integers(1, 200), st.booleans()), min_size=2, max_size=40
    ),
)
def test_overlapping_periods_never_single_out_fewer_days_than_the_file_says(
    apart: int, asks: list[tuple[int, int, bool]]
):
    """All that follows from any answers is about whole pieces between two cuts."""
    books: list[Given] = []
    for day, number, months in sorted(asks):
        if months:
            bank = inquiry(Measure.MONTHS, Computation.RECENT, min(apart, 28), range(1, 201))
        else:
            bank = inquiry(Measure.DAYS, Computation.RECENT, apart, range(apart, 300))
        parameters = {bank.measure.value: max(number, bank.choices[0])}
        asked = bank.ask(parameters, BEGUN + timedelta(day))
        if affords(asked, books):
            books.append(given_by(asked))
    cuts = sorted({cut for each in books for cut in each.cuts})
    least = min((each.apart for each in books), default=0)
    assert all(high - low >= least for low, high in pairwise(cuts))

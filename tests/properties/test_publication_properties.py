"""What must hold of a publication whatever the data, the order and the clock."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.publication.budget import WINDOW, PrivacyBudget, Spend, check_spend
from infobank.publication.contribution import contribute
from infobank.publication.document import from_document, to_document
from infobank.publication.errors import BudgetExceededError
from infobank.publication.noise import NoisyTally
from infobank.publication.parsing import parse_statistic
from infobank.publication.release import Edition, make_release
from infobank.publication.tally import Tally, merge
from infobank.vocabulary.category import Value
from infobank.vocabulary.period import Period

SHIPPED = Path(__file__).parents[2] / "policies" / "statistics" / "monthly_steps.toml"
STATISTIC = parse_statistic(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
SEPTEMBER = Period.month(2026, 9)
START = datetime(2026, 1, 1, tzinfo=UTC)
Day = tuple[date, Value]
BUDGET = PrivacyBudget(per_release=Fraction(1), per_year=Fraction(12))

values = st.one_of(st.none(), st.integers(), st.text(max_size=3), st.booleans())
days = st.lists(st.tuples(st.dates(date(2026, 8, 20), date(2026, 10, 10)), values), max_size=40)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "birth_year": st.one_of(st.integers(1900, 2026), values),
        "sex": st.one_of(st.sampled_from(["female", "male", "other"]), values),
    },
)
people = st.lists(st.tuples(days, profiles), max_size=12)
wishes = st.tuples(
    st.integers(0, 1_200 * 24), st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3, 10)])
)


@settings(deadline=None)
@given(st.lists(wishes, max_size=60))
def test_no_window_of_365_days_ever_exceeds_the_year_in_any_order_of_accepted_spends(
    asked: list[tuple[int, Fraction]],
):
    spends: list[Spend] = []
    for hour, wanted in asked:
        now = START + timedelta(hours=hour)
        try:
            check_spend(BUDGET, spends, now, wanted)
        except BudgetExceededError as refused:
            later = refused.fits_at or now
            check_spend(BUDGET, spends, later, wanted)
        else:
            spends.append(Spend("monthly_steps", "r", wanted, now))
    for first in spends:
        inside = [s.epsilon for s in spends if first.at <= s.at < first.at + WINDOW]
        assert sum(inside) <= BUDGET.per_year


@settings(deadline=None)
@given(days, profiles)
def test_a_contribution_is_always_within_the_public_bounds(
    own: list[Day], profile: dict[str, Value]
):
    given_ = contribute(STATISTIC, SEPTEMBER, own, profile)
    if given_ is not None:
        assert 0 <= given_.cell < 10
        assert 0 <= given_.value <= 200
        low, high = STATISTIC.measure.edges[given_.bin : given_.bin + 2]
        assert low <= given_.value < high or (given_.value == high == 200)


@settings(deadline=None)
@given(days, profiles, st.randoms(use_true_random=False))
def test_the_order_of_a_persons_days_does_not_matter(
    own: list[Day], profile: dict[str, Value], shuffler: Random
):
    shuffled = list(own)
    shuffler.shuffle(shuffled)
    assert contribute(STATISTIC, SEPTEMBER, shuffled, profile) == contribute(
        STATISTIC, SEPTEMBER, own, profile
    )


@settings(deadline=None)
@given(people, st.integers(1, 5))
def test_any_sharding_gives_the_same_integers(
    everyone: list[tuple[list[Day], dict[str, Value]]], shards: int
):
    whole, parts = Tally.empty(STATISTIC), [Tally.empty(STATISTIC) for _ in range(shards)]
    for place, (own, profile) in enumerate(everyone):
        added = contribute(STATISTIC, SEPTEMBER, own, profile)
        if added is not None:
            whole.add(added)
            parts[place % shards].add(added)
    assert merge(STATISTIC, parts) == whole


counts = st.integers(-50, 5_000)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(counts, min_size=10, max_size=10),
    st.lists(st.integers(-500_000, 500_000), min_size=10, max_size=10),
    st.lists(st.tuples(*[counts] * 8), min_size=10, max_size=10),
)
def test_every_release_is_whole_bounded_and_survives_its_document(
    noisy_counts: list[int], sums: list[int], bins: list[tuple[int, ...]]
):
    edition = Edition(SEPTEMBER, 1, START, 1, "00" * 32, Fraction(7, 2))
    noisy = NoisyTally(tuple(noisy_counts), tuple(sums), tuple(bins))
    release = make_release(STATISTIC, noisy, edition)
    assert tuple(cell.key for cell in release.cells) == STATISTIC.cells
    for cell in release.cells:
        low, high = cell.mean.interval
        assert 0 <= low <= high <= 20_000
        if cell.mean.value is not None:
            assert 0 <= cell.mean.value <= 20_000
        assert cell.people.interval.low <= cell.people.value <= cell.people.interval.high
    assert from_document(to_document(release)) == release

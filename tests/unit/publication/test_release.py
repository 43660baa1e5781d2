"""A release holds every cell, says how sure it is, and judges on noisy figures only."""

from dataclasses import replace
from datetime import date

import pytest

from infobank.errors import InvalidInputError
from infobank.publication.mechanism import draw
from infobank.publication.noise import NoisyTally, add_noise
from infobank.publication.release import Edition, Suppression, make_release
from infobank.publication.statistic import Statistic
from infobank.publication.tally import Tally
from infobank.vocabulary.period import Period


def _noisy(count: int, total: int) -> NoisyTally:
    """Return ten cells, all alike."""
    return NoisyTally((count,) * 10, (total,) * 10, ((count,) + (-2,) * 7,) * 10)


def test_a_month_in_which_nobody_took_part_publishes_every_cell(
    statistic: Statistic, edition: Edition
):
    noisy = add_noise(statistic, Tally.empty(statistic), draw)
    release = make_release(statistic, noisy, edition)
    assert tuple(cell.key for cell in release.cells) == statistic.cells
    assert {len(cell.bins) for cell in release.cells} == {8}
    assert any(cell.people.raw != 0 for cell in release.cells)


def test_the_mean_is_the_ratio_of_the_noisy_figures(statistic: Statistic, edition: Edition):
    cell = make_release(statistic, _noisy(120, -4_200), edition).cells[0]
    assert (cell.mean.raw, cell.mean.value, cell.suppressed) == (6_500, 6_500, None)
    assert cell.mean.interval.low < 6_500 < cell.mean.interval.high
    assert cell.people.value == cell.people.raw == 120


def test_a_mean_outside_the_bounds_is_cut_and_kept_raw(statistic: Statistic, edition: Edition):
    cell = make_release(statistic, _noisy(100, -10_300), edition).cells[0]
    assert (cell.mean.raw, cell.mean.value) == (-300, 0)
    assert cell.mean.interval.low == 0


def test_few_people_withhold_the_mean_but_not_the_raw_figures(
    statistic: Statistic, edition: Edition
):
    cell = make_release(statistic, _noisy(19, -700), edition).cells[0]
    assert (cell.suppressed, cell.mean.value) == (Suppression.FEW_PEOPLE, None)
    assert cell.mean.raw == 6_316


def test_a_wide_interval_withholds_the_mean(statistic: Statistic, edition: Edition):
    strict = replace(statistic, suppression=replace(statistic.suppression, widest_interval=100))
    cell = make_release(strict, _noisy(120, -4_200), edition).cells[0]
    assert (cell.suppressed, cell.mean.value) == (Suppression.WIDE_INTERVAL, None)


@pytest.mark.parametrize("count", [0, -14])
def test_a_noisy_count_of_nobody_says_nothing_about_the_mean(
    statistic: Statistic, edition: Edition, count: int
):
    cell = make_release(statistic, _noisy(count, 40), edition).cells[0]
    assert (cell.mean.raw, cell.mean.value) == (None, None)
    assert cell.mean.interval == (0, 20_000)
    assert (cell.people.value, cell.people.raw) == (0, count)
    assert cell.people.interval.low == 0


def test_negative_bins_are_tidied_and_kept_raw(statistic: Statistic, edition: Edition):
    bins = make_release(statistic, _noisy(120, -4_200), edition).cells[0].bins
    assert [(bins[0].low, bins[0].high), (bins[-1].low, bins[-1].high)] == [
        (0, 2_000),
        (15_000, 20_000),
    ]
    assert (bins[1].people.value, bins[1].people.raw) == (0, -2)
    assert bins[1].people.interval.high > 0


def test_the_total_is_the_sum_of_the_noisy_counts(statistic: Statistic, edition: Edition):
    people = make_release(statistic, _noisy(120, -4_200), edition).people
    assert people.value == people.raw == 1_200
    assert people.interval.low < 1_200 < people.interval.high


def test_a_release_is_named_by_statistic_month_and_version(statistic: Statistic, edition: Edition):
    release = make_release(statistic, _noisy(1, 1), replace(edition, version=2))
    assert release.release_id == "monthly_steps-2026-09-v2"


def test_a_release_covers_one_calendar_month_and_counts_from_one(edition: Edition):
    with pytest.raises(InvalidInputError):
        replace(edition, period=Period(date(2026, 9, 1), date(2026, 9, 29)))
    with pytest.raises(InvalidInputError):
        replace(edition, version=0)

"""Contributions add up in checked integers."""

from dataclasses import replace

import pytest

from infobank.publication.contribution import Contribution
from infobank.publication.errors import TallyOverflowError
from infobank.publication.statistic import Statistic
from infobank.publication.tally import LARGEST, Tally, merge


def test_the_tally_of_nobody_holds_every_cell(statistic: Statistic):
    tally = Tally.empty(statistic)
    assert (tally.counts, tally.sums, tally.bins) == ([0] * 10, [0] * 10, [0] * 80)


def test_a_contribution_touches_one_cell_and_one_bin(statistic: Statistic):
    tally = Tally.empty(statistic)
    tally.add(Contribution(cell=3, value=65, bin=3))
    assert tally.counts[3] == 1
    assert tally.sums[3] == 65 - 100
    assert tally.bins[3 * 8 + 3] == 1
    assert sum(tally.counts) == sum(tally.bins) == 1
    assert sum(map(abs, tally.sums)) == 35


def test_shards_add_up_to_the_tally_of_one_process(statistic: Statistic):
    everyone = [Contribution(cell=n % 10, value=n % 201, bin=n % 8) for n in range(500)]
    whole, shards = Tally.empty(statistic), [Tally.empty(statistic) for _ in range(3)]
    for place, given in enumerate(everyone):
        whole.add(given)
        shards[place % 3].add(given)
    assert merge(statistic, shards) == whole == merge(statistic, reversed(shards))


def test_a_sum_beyond_64_bits_is_refused(statistic: Statistic):
    full = Tally.empty(statistic)
    full.sums[0] = -LARGEST
    one = Tally.empty(statistic)
    one.add(Contribution(0, 0, 0))
    assert merge(statistic, [full]).sums[0] == -LARGEST
    with pytest.raises(TallyOverflowError):
        merge(statistic, [full, one])


def test_a_shard_of_another_statistic_is_refused(statistic: Statistic):
    other = replace(Tally.empty(statistic), midpoint=50)
    with pytest.raises(ValueError, match="another statistic"):
        merge(statistic, [other])


def test_figures_before_noise_do_not_show_in_a_repr(statistic: Statistic):
    tally = Tally.empty(statistic)
    tally.counts[0] = 987_654
    assert "987654" not in repr(tally)

"""A statistic's file is read strictly."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from infobank.publication.errors import InvalidStatisticError
from infobank.publication.parsing import parse_statistic
from infobank.publication.statistic import Statistic

Document = dict[str, Any]


def test_the_shipped_statistic_keeps_the_promised_bounds(statistic: Statistic):
    assert statistic.epsilon.release == 1
    assert statistic.epsilon_per_year == 12
    assert (statistic.measure.low, statistic.measure.high, statistic.measure.unit) == (0, 200, 100)
    assert statistic.measure.midpoint == 100
    assert statistic.measure.sum_sensitivity == 100
    assert statistic.budget.per_release == Fraction(1)


def test_the_cells_are_the_whole_product_of_the_domains_in_a_fixed_order(statistic: Statistic):
    bands = ["15-29", "30-44", "45-64", "65-74", "75+"]
    assert statistic.cells == tuple((band, sex) for band in bands for sex in ("female", "male"))


def test_the_fields_a_consent_must_cover_are_listed(statistic: Statistic):
    assert statistic.needs == {
        "daily_activity": ("steps",),
        "profile": ("birth_year", "sex"),
    }


def _set(path: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *parents, last = path.split(".")
        place: Any = document
        for name in parents:
            place = place[int(name)] if name.isdigit() else place[name]
        place[last] = value

    return change


def _drop(path: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *parents, last = path.split(".")
        place: Any = document
        for name in parents:
            place = place[name]
        del place[last]

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_set("clip", 1), "unknown key: clip"),
        (_set("measure.maximum", 1), "unknown key: measure.maximum"),
        (_set("dimensions.0.values.0.colour", "x"), "dimensions[0].values[0].colour"),
        (_drop("least_days"), "least_days is missing"),
        (_drop("title.en"), "title.en is missing"),
        (_set("title.ja", " "), "title.ja"),
        (_set("least_days", True), "least_days"),
        (_set("least_days", 0), "least_days"),
        (_set("code", "Monthly Steps"), "code must match"),
        (_set("licence", "WTFPL"), "licence must be one of CC-BY-4.0"),
        (_set("epsilon.count", 0.25), "epsilon.count"),
        (_set("epsilon.count", "0"), "epsilon.count"),
        (_set("epsilon.count", "1e3"), "epsilon.count"),
        (_set("epsilon.count", "0.26"), "must add up"),
        (_set("epsilon.year", "0.5"), "epsilon.year"),
        (_set("measure.high", 20050), "whole multiples"),
        (_set("measure.bins", [0, 4000, 2000, 20000]), "must rise"),
        (_set("measure.bins", [100, 20000]), "must rise"),
        (_set("measure.bins", []), "must rise"),
        (_set("measure.bins", "0-20000"), "list of whole numbers"),
        (_set("measure", 3), "measure must be a table"),
        (_set("dimensions", []), "dimensions"),
        (_set("dimensions.0.kind", "shoe_size"), "must be one of age, code"),
        (_set("dimensions.1.code", "age_band"), "different codes"),
        (_set("dimensions.1.values.1.code", "female"), "different codes"),
        (_set("dimensions.0.values.1.youngest", 25), "must rise and not overlap"),
    ],
)
def test_a_broken_document_is_refused_and_the_rule_named(
    document: Document, change: Callable[[Document], None], named: str
):
    change(document)
    with pytest.raises(InvalidStatisticError) as refused:
        parse_statistic(document)
    assert named in refused.value.message
